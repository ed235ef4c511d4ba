import { normalize } from 'node:path/posix'
import { Fault } from '../kernel/errors.js'
import { EXIT } from '../kernel/exit.js'
import { nearest } from '../kernel/nearest.js'
import type { RunResult } from '../kernel/result.js'
import { renderCheckstyle } from './checkstyle.js'
import { renderGithub } from './github.js'
import { harmless } from './harmless.js'
import { renderJson } from './json.js'
import { renderJunit } from './junit.js'
import { renderMarkdown } from './markdown.js'
import type { RenderContext } from './render-context.js'
import { type ReporterName, reporterNames } from './reporter-names.js'
import { runLines } from './run-facts.js'
import { noSarif, renderSarif } from './sarif.js'
import { renderTap } from './tap.js'
import { renderText } from './text.js'

export interface ReporterSpec {
  readonly name: ReporterName
  /** Absent: stdout. */
  readonly file: string | undefined
}

/**
 * One result value, many pure renderers, several at once. A command does
 *
 *     const report = await this.openReports(flags.reporter, flags)   // fails before the run: exit 2 or 3
 *     const result = await run()
 *     await report(result)                                           // prints and writes them all
 *     return result                                                  // for --json
 *
 * This reads `NAME[=FILE]`. Text for people is always there: on stdout, or on stderr when a document takes stdout.
 * `github` goes beside the text. Under GitHub Actions it is added by itself.
 * `-` and /dev/stdout are stdout.
 * @throws Fault MP-REPORTER (exit 2): unknown name, two documents for stdout, two for one file, no SARIF to be had
 */
export function parseReporters(
  texts: readonly string[],
  options: { readonly json: boolean; readonly github: boolean; readonly sarif?: boolean },
): readonly ReporterSpec[] {
  const specs = texts.map(parseReporter)
  if (options.sarif === false && specs.some((spec) => spec.name === 'sarif')) throw noSarif('this command')
  if (options.github && !specs.some((spec) => spec.name === 'github')) specs.push({ name: 'github', file: undefined })
  const documents = specs.filter((spec) => spec.file === undefined && spec.name !== 'github')
  const names = [...(options.json ? ['--json'] : []), ...documents.map((spec) => spec.name)]
  if (names.length > 1) {
    throw new Fault('MP-REPORTER', `${names.join(' and ')} would both write to stdout`, {
      exit: EXIT.usage,
      hints: [`give one of them a file: --reporter ${names.at(-1)}=FILE`],
    })
  }
  const files = specs.flatMap((spec) => (spec.file === undefined ? [] : [normalize(spec.file)]))
  const twice = files.find((file, index) => files.indexOf(file) !== index)
  if (twice !== undefined) {
    throw new Fault('MP-REPORTER', `two reporters would write to ${twice}`, { exit: EXIT.usage })
  }
  if (documents.length === 0 && !options.json) specs.unshift({ name: 'tty', file: undefined })
  return specs
}

function parseReporter(text: string): ReporterSpec {
  const at = text.indexOf('=')
  const name = at < 0 ? text : text.slice(0, at)
  const file = at < 0 ? undefined : text.slice(at + 1)
  if (!isReporterName(name)) {
    const near = nearest(name, reporterNames)
    throw new Fault('MP-REPORTER', `there is no reporter "${name}"`, {
      exit: EXIT.usage,
      hints: [...(near === undefined ? [] : [`did you mean ${near}?`]), `known: ${reporterNames.join(', ')}`],
    })
  }
  if (file !== undefined && stdoutNames.has(file)) return { name, file: undefined }
  if (file === '') throw new Fault('MP-REPORTER', `--reporter ${name}= names no file`, { exit: EXIT.usage })
  return { name, file }
}

/** Written as a file it would be opened again: what stands in it already would be cut, and the text be mixed with it. */
const stdoutNames: ReadonlySet<string> = new Set(['-', '/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'])

function isReporterName(text: string): text is ReporterName {
  return reporterNames.some((name) => name === text)
}

function kept(result: RunResult, { kept: inFile = false, verbose = false }: RenderContext): string {
  return inFile || verbose
    ? runLines(result)
        .map((line) => `${line}\n`)
        .join('')
    : ''
}

/** The text of one report. The HTML page is loaded only when it is asked for. */
export async function render(name: ReporterName, given: RunResult, context: RenderContext): Promise<string> {
  // JSON keeps what it is given: its own escapes make it harmless.
  const result = name === 'json' ? given : harmless(given)
  switch (name) {
    case 'tty':
      return `${kept(result, context)}${context.text?.(result) ?? renderText(result, context)}`
    case 'json':
      return renderJson(result)
    case 'junit':
      return renderJunit(result)
    case 'tap':
      return renderTap(result)
    case 'github':
      return renderGithub(result)
    case 'markdown':
      return renderMarkdown(result)
    case 'sarif':
      return renderSarif(result, context.version, context.rules ?? [])
    case 'checkstyle':
      return renderCheckstyle(result)
    case 'html': {
      const { renderHtml } = await import('./html.js')
      return renderHtml(result, context)
    }
  }
}
