import { openReportFiles, type ReportFiles } from '../../host/files/report-files.js'
import { Fault } from '../../kernel/errors.js'
import type { RunResult } from '../../kernel/result.js'
import type { RenderContext } from '../../report/render-context.js'
import { type ReporterSpec, render } from '../../report/reporters.js'

export interface ReportSinks {
  /** What belongs on stdout. */
  readonly out: (text: string) => void
  /** What goes to stderr. */
  readonly beside: (text: string) => void
  /** Text for people, as their terminal can show it. */
  readonly shown: (text: string) => string
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
  const wished = specs.some((spec) => spec.name === 'github') ? sinks.stepSummary : undefined
  const summary = wished === '' || wished === undefined || named.includes(wished) ? undefined : wished
  const files = await openReportFiles(named)
  const grown = summary === undefined ? undefined : await openSummary(summary, sinks)
  const documentOnStdout = specs.some(
    (spec) => spec.file === undefined && spec.name !== 'github' && spec.name !== 'tty',
  )
  return async (result, context) => {
    const failures: Fault[] = []
    const attempt = async (to: ReportFiles, file: string, text: string) => {
      await to.write(file, text).catch((error: unknown) => {
        if (!(error instanceof Fault)) throw error
        failures.push(error)
      })
    }
    // People first: whatever happens to a file, the result has been said.
    for (const { name, file } of specs) {
      if (file !== undefined) continue
      const say = name === 'github' && documentOnStdout ? sinks.beside : sinks.out
      const text = await render(name, result, context)
      say(name === 'tty' ? sinks.shown(text) : text)
    }
    if (documentOnStdout) sinks.beside(sinks.shown(await render('tty', result, context)))
    for (const { name, file } of specs)
      if (file !== undefined) await attempt(files, file, await render(name, result, { ...context, kept: true }))
    if (grown !== undefined && summary !== undefined)
      await attempt(grown, summary, await render('markdown', result, context))
    await grown?.close()
    await files.close()
    if (failures[0] !== undefined) throw failures[0]
  }
}

/** Nobody asked for it by name: a container that has GitHub's variables but not its files runs without. */
async function openSummary(file: string, sinks: ReportSinks): Promise<ReportFiles | undefined> {
  try {
    return await openReportFiles([], file)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    sinks.beside(`no step summary: ${error.message}\n`)
    return undefined
  }
}
