// Test counts of a report that vitest wrote as JSON.

/** A file whose hook failed, or that could not be loaded, counts as a failure: none of its tests says so. */
export function countsOf(report) {
  const silent = (report.testResults ?? []).filter(
    ({ status, assertionResults = [] }) =>
      status === 'failed' && !assertionResults.some((one) => one.status === 'failed'),
  )
  return {
    passed: report.numPassedTests ?? 0,
    failed: (report.numFailedTests ?? 0) + silent.length,
    skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
  }
}
