/** What a value is worth, and why in a few words. */
export interface SettingRating {
  readonly rating: "passed" | "warning" | "critical";
  readonly says: string;
}
