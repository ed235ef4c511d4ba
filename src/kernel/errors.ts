import { EXIT, type ExitCode } from './exit.js'
import { printable, printableLine } from './printable.js'

/** A place in a file the user owns. Lines and columns count from 1. */
export interface Place {
  readonly file: string
  readonly line?: number
  readonly column?: number
}

/** What a `Fault` tells beside its code and its message. */
export interface FaultOptions {
  /** What to do next, most likely first; each a sentence or a command. */
  readonly hints?: readonly string[]
  readonly exit?: ExitCode
  /** Where in the user's files. */
  readonly at?: Place
  /** A specification clause or documentation page. */
  readonly ref?: string
  readonly cause?: unknown
}

/**
 * The one error class that reaches a user: a stable code (`MP-...`), what happened, what to do next, and the exit code.
 * Anything else that is thrown counts as a defect of mqtt-proxy (exit 70).
 */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly code: string
  readonly hints: readonly string[]
  readonly exit: ExitCode
  readonly at: Place | undefined
  readonly ref: string | undefined

  constructor(code: `MP-${string}`, message: string, options: FaultOptions = {}) {
    // Names, arguments and answers of strangers are in it; none of our faults has more than one line.
    super(printable(message), options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hints = (options.hints ?? []).map(printableLine)
    this.exit = options.exit ?? EXIT.wrong
    this.at = options.at
    this.ref = options.ref
  }
}

/** `file:line:column`, as compilers write it. */
export function formatPlace(place: Place): string {
  return [printable(place.file), place.line, place.column].filter((part) => part !== undefined).join(':')
}

/** An error as a person reads it: code, place and what happened, then a line for each next step. */
export function faultText({
  code,
  message,
  hints,
  at,
  ref,
}: Pick<Fault, 'code' | 'message' | 'hints'> & {
  readonly at?: Place | undefined
  readonly ref?: string | undefined
}): string {
  const place = at ? `${formatPlace(at)}: ` : ''
  const lines = [`Error ${code}: ${place}${message}`, ...hints.map((hint) => `  ${hint}`)]
  return [...lines, ...(ref ? [`  see ${ref}`] : [])].join('\n')
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The `code` of a Node.js system error (`ECONNREFUSED`), if it has one. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
