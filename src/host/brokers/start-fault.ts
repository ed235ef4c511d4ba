import { Fault, type Place } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'

export interface StartFailure {
  /** `mosquitto 2.1.2`. */
  readonly broker: string
  /** What it wrote. */
  readonly log: readonly string[]
  /** The configuration the user knows, by its path and text. */
  readonly configFile: string
  readonly config: string
}

/** A broker that ended at start: its own last words, and the configuration line they are about. */
export function brokerStartFault(failure: StartFailure): Fault {
  const said = failure.log.filter((line) => line.trim() !== '' && !/ \[(debug|info|notice)\] /.test(line))
  const complaint = said.find((line) => /\berror\b/i.test(line)) ?? said.at(-1) ?? 'it said nothing'
  const at = offendingLine(failure, said)
  return new Fault('MP-BROKER-START', `${failure.broker} did not start: ${withoutTime(complaint)}`, {
    exit: EXIT.environment,
    hints: said.slice(-6).map((line) => `it said: ${withoutTime(line)}`),
    at,
  })
}

/** The place the broker names; else the line with a value it quotes; else the line of an option it speaks of. */
function offendingLine(failure: StartFailure, said: readonly string[]): Place {
  const file = failure.configFile
  const named = said.map((line) => /Error found at .*:(\d+)\.?$/.exec(line)?.[1]).find((line) => line !== undefined)
  if (named !== undefined) return { file, line: Number(named) }
  const errors = said.filter((line) => /\berror\b/i.test(line)).join('\n')
  const lines = failure.config.split('\n').map((line) => line.replace(/#.*/, '').trim())
  const values = [...errors.matchAll(/["'`]([^"'`]{3,})["'`]/g)].flatMap((match) => match[1] ?? [])
  const words = new Set(errors.split(/[^\w.]+/))
  const index = [
    lines.findIndex((line) => line !== '' && values.some((value) => line.includes(value))),
    lines.findIndex((line) => line !== '' && words.has(line.split(/[\s=]/)[0] ?? '')),
  ].find((found) => found >= 0)
  return index === undefined ? { file } : { file, line: index + 1 }
}

/** Mosquitto begins its lines with the seconds since 1970. */
function withoutTime(line: string): string {
  return line.replace(/^\d{9,}: /, '').trim()
}
