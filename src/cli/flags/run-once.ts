/** Flags of `check` for a command that runs one pair once, and does something else with it than checks. */
export const runOnce = {
  jobs: 1,
  retries: 0,
  'repeat-each': 1,
  bail: false,
  strict: false,
  artifacts: '.',
} as const
