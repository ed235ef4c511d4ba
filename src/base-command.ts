import { Command, Flags, type Interfaces } from '@oclif/core'
import { Fault, formatPlace, messageOf } from './errors.js'
import { EXIT, type ExitCode } from './exit.js'
import { endAll, handleSignals, interrupted } from './host/lifetime.js'

export const exitCodesHelp = `EXIT CODES
  0 done  1 the thing tested is wrong  2 usage or unreadable input  3 environment (program missing, too old, port taken)
  4 target unreachable  70 a defect of mqtt-proxy  127 no such command  130/143 stopped by a signal`

/**
 * What every command shares: `--json`, quiet and verbose, colour, signals, and errors with the right exit code.
 * stdout carries the result only; `progress` and hints go to stderr.
 */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true
  static override baseFlags: Interfaces.FlagInput = {
    quiet: Flags.boolean({ char: 'q', description: 'only what failed', helpGroup: 'GLOBAL' }),
    verbose: Flags.boolean({ char: 'v', description: 'bytes and logs too', helpGroup: 'GLOBAL' }),
    'no-color': Flags.boolean({ description: 'plain text (NO_COLOR works as well)', helpGroup: 'GLOBAL' }),
  }

  override async init(): Promise<void> {
    await super.init()
    handleSignals((text) => this.progress(text))
    process.stdout.on('error', quietOnClosedPipe)
    process.stderr.on('error', quietOnClosedPipe)
  }

  /** A part of the result, on stdout; nothing under `--json`, where the returned value is printed. */
  protected out(text: string): void {
    if (!this.jsonEnabled()) process.stdout.write(`${text}\n`)
  }

  /** Progress, hints, warnings: stderr, always. */
  protected progress(text: string): void {
    process.stderr.write(`${text}\n`)
  }

  /** The exit code of a command that ran fine; set it and return the value. */
  protected exitWith(code: ExitCode): void {
    process.exitCode = code
  }

  protected override async finally(error: Error | undefined): Promise<void> {
    await endAll()
    await super.finally(error)
  }

  protected override async catch(error: Error & { exitCode?: number; oclif?: { exit?: number } }): Promise<void> {
    // Stopped by a signal: what fails on the way out is no news, and the signal's handler ends the process.
    if (interrupted.aborted) await new Promise(() => {})
    process.exitCode = exitCodeOf(error)
    if (this.jsonEnabled()) {
      this.logJson(this.toErrorJson(error))
      return
    }
    process.stderr.write(`${describe(error)}\n`)
  }

  protected override toErrorJson(error: unknown): unknown {
    return { schema: 1, ok: false, error: errorDocument(error) }
  }
}

function quietOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
  process.exit(process.exitCode ?? EXIT.ok)
}

interface ErrorDocument {
  readonly code: string
  readonly message: string
  readonly hints: readonly string[]
  readonly at?: unknown
  readonly ref?: string
}

/** oclif's own errors carry `oclif.exit`; ours are `Fault`; everything else is a defect. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof Fault) return error.exit
  const oclif = oclifExit(error)
  return oclif ?? EXIT.bug
}

export function errorDocument(error: unknown): ErrorDocument {
  if (error instanceof Fault) {
    return {
      code: error.code,
      message: error.message,
      hints: error.hints,
      ...(error.at && { at: error.at }),
      ...(error.ref && { ref: error.ref }),
    }
  }
  const message = firstLine(messageOf(error))
  if (oclifExit(error) !== undefined) return { code: 'MP-USAGE', message, hints: ['see --help'] }
  return { code: 'MP-BUG', message, hints: ['this is a defect of mqtt-proxy; run again with DEBUG=* for the stack'] }
}

function describe(error: unknown): string {
  const { code, message, hints } = errorDocument(error)
  const place = error instanceof Fault && error.at ? `${formatPlace(error.at)}: ` : ''
  const lines = [`Error ${code}: ${place}${message}`, ...hints.map((hint) => `  ${hint}`)]
  if (error instanceof Fault && error.ref) lines.push(`  see ${error.ref}`)
  if (code === 'MP-BUG' && error instanceof Error && error.stack) lines.push(error.stack)
  return lines.join('\n')
}

function oclifExit(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('oclif' in error)) return undefined
  const { oclif } = error
  if (typeof oclif !== 'object' || oclif === null || !('exit' in oclif)) return undefined
  return typeof oclif.exit === 'number' ? oclif.exit : undefined
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text
}
