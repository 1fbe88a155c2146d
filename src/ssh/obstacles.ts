/** What stands between somebody and a shell. Nothing at all: they get in. */
export interface Obstacles {
  /** What keeps them out for certain. */
  readonly closed: readonly string[];
  /** What may keep them out, or what their way hangs on: castellan cannot know. It never counts as a way in. */
  readonly unsure: readonly string[];
}

export const NONE: Obstacles = { closed: [], unsure: [] };

export function closed(...reasons: readonly string[]): Obstacles {
  return { closed: reasons, unsure: [] };
}

export function unsure(...reasons: readonly string[]): Obstacles {
  return { closed: [], unsure: reasons };
}

/** All that stands in the way of who has to pass each of them. */
export function together(obstacles: readonly Obstacles[]): Obstacles {
  return {
    closed: obstacles.flatMap((each) => each.closed),
    unsure: [...new Set(obstacles.flatMap((each) => each.unsure))],
  };
}
