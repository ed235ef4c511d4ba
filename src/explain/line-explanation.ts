/** What one line means. */
export interface LineExplanation {
  /** The program that the line was taken for. */
  readonly program: string
  readonly meaning: string
  /** Most likely first. */
  readonly causes: readonly string[]
  /** Commands. */
  readonly next: readonly string[]
}
