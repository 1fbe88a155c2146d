/** Runs actions one after the other, in the order they were asked for; a failed one does not stop the next. */
export function createTurns(): <Result>(action: () => Result | Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (action) => {
    const result = last.then(action);
    last = result.catch(() => undefined);
    return result;
  };
}
