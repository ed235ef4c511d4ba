import { Fault } from '../errors.js'
import { openReportFiles } from '../host/report-files.js'
import { type RenderContext, type ReporterSpec, render } from '../report/reporters.js'
import type { RunResult } from '../result.js'

export interface ReportSinks {
  /** What belongs on stdout. */
  readonly out: (text: string) => void
  /** What goes to stderr. */
  readonly beside: (text: string) => void
  /** `$GITHUB_STEP_SUMMARY`, which grows from step to step. */
  readonly stepSummary: string | undefined
}

/** Writes every report of a run that is over. */
export type WriteReports = (result: RunResult, context: RenderContext) => Promise<void>

/**
 * Opens the files of the reports before the run.
 * The returned function renders, prints and writes them all; what cannot be written is thrown after the rest is out.
 * @throws Fault MP-REPORT-FILE (exit 3); later MP-REPORT-WRITE (exit 3)
 */
export async function openReports(specs: readonly ReporterSpec[], sinks: ReportSinks): Promise<WriteReports> {
  const named = specs.flatMap((spec) => (spec.file === undefined ? [] : [spec.file]))
  const summary = specs.some((spec) => spec.name === 'github') ? sinks.stepSummary : undefined
  const files = await openReportFiles(summary === undefined ? named : [...named, summary])
  const documentOnStdout = specs.some(
    (spec) => spec.file === undefined && spec.name !== 'github' && spec.name !== 'tty',
  )
  return async (result, context) => {
    const failures: Fault[] = []
    const attempt = async (file: string, text: string) => {
      await files.write(file, text).catch((error: unknown) => {
        if (!(error instanceof Fault)) throw error
        failures.push(error)
      })
    }
    // People first: whatever happens to a file, the result has been said.
    for (const { name, file } of specs) {
      if (file !== undefined) continue
      const say = name === 'github' && documentOnStdout ? sinks.beside : sinks.out
      say(await render(name, result, context))
    }
    if (documentOnStdout) sinks.beside(await render('tty', result, context))
    for (const { name, file } of specs) if (file !== undefined) await attempt(file, await render(name, result, context))
    if (summary !== undefined) await attempt(summary, await render('markdown', result, context))
    await files.close()
    if (failures[0] !== undefined) throw failures[0]
  }
}
