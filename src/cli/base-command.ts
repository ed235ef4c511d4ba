import { Command, Flags, type Interfaces } from '@oclif/core'
import { noProxySentence } from '../brokers/no-proxy.js'
import { endAll, handleSignals, interrupted, type StopSignal } from '../host/process/lifetime.js'
import { runFacts } from '../host/process/run-facts.js'
import { Fault, faultText, messageOf, type Place } from '../kernel/errors.js'
import { EXIT, type ExitCode } from '../kernel/exit.js'
import { machineFault } from '../kernel/machine-fault.js'
import { nearest } from '../kernel/nearest.js'
import { printable } from '../kernel/printable.js'
import type { RunFacts, RunResult } from '../kernel/result.js'
import { jsonText } from '../report/json.js'
import type { RenderContext } from '../report/render-context.js'
import type { Style } from '../report/style.js'
import { forTerminal, isUtf8 } from '../report/terminal.js'
import { rowsOf, widest, wrapText } from '../report/wrap.js'
import { output } from './unfinished.js'

/** The flags of how much is said, as a command's parsed flags hold them. */
export interface VolumeFlags {
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly 'no-color'?: boolean
}

export type ReportWriter = (result: RunResult, extra?: Partial<RenderContext>) => Promise<void>

/** One line, and where the table is. */
export const exitCodesHelp =
  'Exit codes: 0 done, 1 what was tested is wrong, 2 usage, 3 environment, 4 unreachable; all of them: README.md'

/**
 * What every command shares: `--json`, colour, signals, and errors with the right exit code.
 * stdout carries the result only; `progress` and hints go to stderr.
 */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true
  static override baseFlags: Interfaces.FlagInput = {
    'no-color': Flags.boolean({ description: 'plain text (NO_COLOR works as well)', helpGroup: 'GLOBAL' }),
  }

  /** Under `--json` this command prints documents as they come, a line each, and none in the end. */
  protected streams = false
  /** Whether the document of `--json`, or a line of the stream, is out. */
  private documentIsOut = false
  /** What the run came to, once there is a verdict. */
  private judged: RunResult | undefined
  private facts: RunFacts | undefined

  /** When, where and how this command runs: every report and every document has it. */
  private get ran(): RunFacts {
    this.facts ??= runFacts(this.config.version)
    return this.facts
  }

  override async init(): Promise<void> {
    await super.init()
    // oclif takes a missing argument from stdin: in `while read host; do mqtt-proxy check; done` that is the rest of the list.
    for (const arg of Object.values(this.ctor.args)) arg.ignoreStdin = true
    handleSignals(
      (text) => this.progress(text),
      (signal) => this.sayStopped(signal),
    )
  }

  /** A part of the result, on stdout; nothing under `--json`, where the returned value is printed. */
  protected out(text: string): void {
    if (!this.jsonEnabled()) process.stdout.write(`${shown(text, process.stdout)}\n`)
  }

  /** As `out`; how many rows of a terminal it took. */
  protected outRows(text: string): number {
    this.out(text)
    return rowsOf(shown(text, process.stdout), process.stdout.columns || 80)
  }

  /** As `out`, for what another program takes from there: a path, a script, a patch. */
  protected outVerbatim(text: string): void {
    // On a terminal nobody takes it from there, and what it quotes may move the cursor.
    if (!this.jsonEnabled()) process.stdout.write(`${process.stdout.isTTY ? forTerminal(text, true) : text}\n`)
  }

  /** The one document of `--json`; of a stream, one line. */
  protected override logJson(json: unknown): void {
    if (json === undefined) return
    this.documentIsOut = true
    output.documentIsOut = true
    const document = typeof json === 'object' && json !== null && !('event' in json) ? { ...json, run: this.ran } : json
    if (this.streams) process.stdout.write(`${jsonText(document)}\n`)
    else process.stdout.write(`${jsonText(document, 2)}\n`)
  }

  /** A reader of `--json` gets its document when a signal came before there was a result, too. */
  private sayStopped(signal: StopSignal): void {
    if (!this.jsonEnabled() || this.documentIsOut) return
    const hints = ['there is no result; run again, and give it the time it needs']
    this.logJson(this.toErrorJson(new Fault('MP-STOPPED', `stopped by ${signal}`, { hints })))
  }

  /** Progress, hints, warnings: stderr, always. */
  protected progress(text: string): void {
    process.stderr.write(`${shown(text, process.stderr)}\n`)
  }

  /**
   * Opens the reports that `--reporter` names, before the run; the returned function prints and writes them all.
   * @throws Fault MP-REPORTER (exit 2), MP-REPORT-FILE (exit 3)
   */
  protected async openReports(
    reporters: readonly string[] | undefined,
    marks: VolumeFlags,
    { sarif = true }: { readonly sarif?: boolean } = {},
  ): Promise<ReportWriter> {
    const [{ parseReporters }, { openReports }] = await Promise.all([
      import('../report/reporters.js'),
      import('../stories/reports/reports.js'),
    ])
    const json = this.jsonEnabled()
    const specs = parseReporters(reporters ?? [], { json, github: process.env.GITHUB_ACTIONS === 'true', sarif })
    const write = await openReports(specs, {
      out: (text) => void (json ? process.stderr : process.stdout).write(text),
      beside: (text) => void process.stderr.write(text),
      shown: (text) => shown(text, json ? process.stderr : process.stdout),
      stepSummary: process.env.GITHUB_STEP_SUMMARY,
    })
    const style = await this.style(marks)
    return async (judged, extra) => {
      const result = { ...judged, run: this.ran }
      this.judged = result
      await write(result, { version: this.config.version, style, ...marksOf(marks), ...extra })
    }
  }

  /** Colour for stdout: on a terminal, unless `--no-color`, NO_COLOR or a dumb terminal say otherwise. */
  protected async style(marks: VolumeFlags): Promise<Style> {
    const { coloured, plain } = await import('../report/style.js')
    const off = marks['no-color'] || this.jsonEnabled() || process.env.NO_COLOR || process.env.TERM === 'dumb'
    if (off || (!process.stdout.isTTY && !process.env.FORCE_COLOR)) return plain
    const { default: chalk } = await import('chalk')
    return coloured(chalk)
  }

  /** The exit code of a command that ran fine; set it and return the value. */
  protected exitWith(code: ExitCode): void {
    process.exitCode = code
  }

  protected override async finally(error: Error | undefined): Promise<void> {
    await endAll()
    await super.finally(error)
  }

  protected override async catch(thrown: Error & { exitCode?: number; oclif?: { exit?: number } }): Promise<void> {
    const error = thrown instanceof Fault ? thrown : (machineFault(thrown) ?? thrown)
    // Stopped by a signal: what fails on the way out is no news, and the signal's handler ends the process.
    if (interrupted.aborted) await new Promise(() => {})
    process.exitCode = exitCodeOf(error)
    if (this.jsonEnabled()) {
      // A report that could not be written takes nothing from the result of the run.
      const judged = error instanceof Fault ? this.judged : undefined
      this.logJson({ ...judged, ...this.toErrorJson(error) })
      return
    }
    process.stderr.write(`${shown(describe(error, this.knownFlags()), process.stderr)}\n`)
  }

  /** Every flag of this command, `--name`. */
  private knownFlags(): readonly string[] {
    const { baseFlags, flags } = this.ctor
    const all = Object.entries({ ...baseFlags, ...flags }).flatMap(([name, flag]) => [name, ...(flag.aliases ?? [])])
    return [...all, 'json', 'help'].map((name) => `--${name}`)
  }

  protected override toErrorJson(error: unknown): { schema: 1; ok: false; error: ErrorDocument } {
    return { schema: 1, ok: false, error: errorDocument(error, this.knownFlags()) }
  }
}

/** Text for people, as the terminal can show it: wrapped at its width, and left as it is where it is piped or written. */
function shown(text: string, to: { readonly isTTY?: boolean; readonly columns?: number }): string {
  const tame = forTerminal(text, isUtf8(process.env))
  return to.isTTY ? wrapText(tame, Math.min(to.columns || 80, widest)) : tame
}

function marksOf({ quiet = false, verbose = false }: VolumeFlags) {
  return { quiet, verbose }
}

export interface ErrorDocument {
  readonly code: string
  readonly message: string
  readonly hints: readonly string[]
  readonly at?: Place
  readonly ref?: string
}

/** oclif's own errors carry `oclif.exit`; ours are `Fault`; everything else is a defect. */
function exitCodeOf(error: unknown): number {
  if (error instanceof Fault) return error.exit
  const oclif = oclifExit(error)
  return oclif ?? EXIT.bug
}

/** @param flags what `--name` could have been, for one that does not exist */
export function errorDocument(error: unknown, flags: readonly string[] = []): ErrorDocument {
  if (error instanceof Fault) {
    return {
      code: error.code,
      message: flagMessage(error.message),
      hints: error.hints,
      ...(error.at && { at: error.at }),
      ...(error.ref && { ref: error.ref }),
    }
  }
  const missing = missingArguments(error)
  if (missing.length > 0) {
    const said = missing.map(
      ({ name, description }) => `${name.toUpperCase()}${description === '' ? '' : ` (${description})`}`,
    )
    return { code: 'MP-USAGE', message: `missing: ${said.join(' and ')}`, hints: ['see --help'] }
  }
  if (oclifExit(error) !== undefined) {
    const message = printable(usageMessage(messageOf(error)))
    const unknown = /^Nonexistent flags?: (.*)/.exec(message)?.[1]?.split(/,\s*/) ?? []
    const meant = unknown.flatMap((flag) => nearest(flag, flags) ?? []).map((flag) => `did you mean ${flag}?`)
    const broker = /^Expected --broker=(\S+) to be one of/.exec(message)?.[1]
    const without = broker === undefined ? undefined : noProxySentence(broker)
    return { code: 'MP-USAGE', message, hints: [...(without === undefined ? [] : [without]), ...meant, 'see --help'] }
  }
  const message = printable(firstLine(messageOf(error)))
  return { code: 'MP-BUG', message, hints: ['this is a defect of mqtt-proxy; run again with DEBUG=* for the stack'] }
}

/** oclif wraps what the parser of a flag throws; the name of the flag is all that is worth keeping of it. */
function flagMessage(message: string): string {
  return message.replace(/^Parsing (--\S+) \n\t([\s\S]*)\nSee more help with --help$/, '$1: $2')
}

function describe(error: unknown, flags: readonly string[]): string {
  const said = errorDocument(error, flags)
  const text = faultText(said)
  return said.code === 'MP-BUG' && error instanceof Error && error.stack ? `${text}\n${error.stack}` : text
}

/** The arguments that oclif misses, by name; it lists them as a table, whose lines make no sentence. */
function missingArguments(error: unknown): { readonly name: string; readonly description: string }[] {
  if (!(error instanceof Error) || !/^Missing \d+ required arg/.test(error.message)) return []
  if (!('args' in error) || !Array.isArray(error.args)) return []
  return error.args.map((one: { name?: unknown; description?: unknown }) => ({
    name: String(one.name),
    description: String(one.description ?? ''),
  }))
}

function oclifExit(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('oclif' in error)) return undefined
  const { oclif } = error
  if (typeof oclif !== 'object' || oclif === null || !('exit' in oclif)) return undefined
  return typeof oclif.exit === 'number' ? oclif.exit : undefined
}

/** oclif wraps what is wrong into a heading and a hint of its own. */
function usageMessage(text: string): string {
  const lines = text.split('\n').map((line) => line.trim())
  const said = lines.filter(
    (line) => line !== '' && !/^The following errors? occurred:$|^See more help with/.test(line),
  )
  return said.join('; ').replaceAll(':; ', ': ').replace(/ {2,}/g, ' - ')
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text
}
