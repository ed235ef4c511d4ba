export const reporterNames = [
  'tty',
  'json',
  'junit',
  'tap',
  'github',
  'markdown',
  'sarif',
  'checkstyle',
  'html',
] as const
export type ReporterName = (typeof reporterNames)[number]

/** For commands that judge cases and find nothing in files: SARIF has no place for those. */
export const caseReporterNames = reporterNames.filter((name) => name !== 'sarif')
