import { Fault } from './errors.js'
import { EXIT } from './exit.js'
import { nearest } from './nearest.js'

/**
 * For callers without types: an option that nobody knows would be left out silently.
 * @throws Fault MP-OPTION (exit 2) with the nearest name
 */
export function onlyKnown(what: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw wrongOption(`${what} takes an object of options, and got ${shown(options)}`, known)
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    const near = nearest(name, known)
    throw wrongOption(`${what} has no option "${name}"`, known, near === undefined ? [] : [`did you mean ${near}?`])
  }
}

/** @throws Fault MP-OPTION (exit 2) when there is a value and it is none of these */
export function oneOf(what: string, value: unknown, known: readonly unknown[]): void {
  if (value === undefined || known.includes(value)) return
  throw new Fault('MP-OPTION', `${what} is ${shown(value)}; it is one of ${known.map(shown).join(', ')}`, {
    exit: EXIT.usage,
  })
}

/** @throws Fault MP-OPTION (exit 2) when there is a value and it is not a whole number in this range */
export function wholeNumber(what: string, value: unknown, least: number, most: number): void {
  if (value === undefined) return
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return
  throw new Fault('MP-OPTION', `${what} is ${shown(value)}; it is a whole number from ${least} to ${most}`, {
    exit: EXIT.usage,
  })
}

function wrongOption(message: string, known: readonly string[], hints: readonly string[] = []): Fault {
  return new Fault('MP-OPTION', message, { exit: EXIT.usage, hints: [...hints, `known: ${known.join(', ')}`] })
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? String(value)
}
