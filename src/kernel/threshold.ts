import { Fault } from './errors.js'
import { EXIT } from './exit.js'
import { nearest } from './nearest.js'

/** `cut-in-1s>20%`, `rate<95%`: the run fails when the figure is on that side of the limit. */
export interface Threshold<Name extends string = string> {
  readonly text: string
  readonly metric: Name
  readonly sign: ThresholdSign
  /** A share (0 to 1) of the whole of that unit, or a number in it. */
  readonly limit: { readonly share: number } | { readonly value: number }
}

type ThresholdSign = '>' | '>=' | '<' | '<='

/** A figure that a threshold can name: what it counts (`ms`: a time), and whether it may be a share (`%`). */
export interface ThresholdFigure {
  readonly unit: string
  readonly of?: string
}

const times = { ms: 1, s: 1000, m: 60_000 } as const

/**
 * Reads `cut-in-1s>20%,lost>0,back-in>5s`.
 * @param example a threshold of this command, for the hint
 * @throws Fault MP-THRESHOLD (exit 2)
 */
export function parseThresholdList<Name extends string>(
  text: string,
  figures: Readonly<Record<Name, ThresholdFigure>>,
  example: string,
): Threshold<Name>[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map((one) => parseOne(one, figures, example))
}

function parseOne<Name extends string>(
  text: string,
  figures: Readonly<Record<Name, ThresholdFigure>>,
  example: string,
): Threshold<Name> {
  const [, name = '', found, digits, unit = ''] =
    /^([a-z0-9.-]+)\s*([<>]=?)\s*(\d+(?:\.\d+)?)(%|ms|s|m|)$/.exec(text) ?? []
  const sign = signs.find((one) => one === found)
  if (sign === undefined) throw refused(text, `write a figure, ${signs.join(', ')}, and a limit: ${example}`)
  if (!isKey(figures, name)) {
    const names = Object.keys(figures)
    const near = nearest(name, names)
    throw refused(text, ...(near === undefined ? [] : [`did you mean ${near}?`]), `figures: ${names.join(', ')}`)
  }
  const figure = figures[name]
  const value = Number(digits)
  if (unit === '%') {
    if (figure.of === undefined) throw refused(text, `${name} has no whole to be a share of`)
    return { text, metric: name, sign, limit: { share: value / 100 } }
  }
  const time = unit === 'ms' || unit === 's' || unit === 'm' ? times[unit] : undefined
  if (figure.unit === 'ms' && time === undefined && value !== 0) {
    throw refused(text, `${name} is a time: write 500ms or 5s`)
  }
  if (figure.unit !== 'ms' && time !== undefined) throw refused(text, `${name} counts ${figure.unit}`)
  return { text, metric: name, sign, limit: { value: value * (time ?? 1) } }
}

const signs: readonly ThresholdSign[] = ['>', '>=', '<', '<=']

function isKey<Name extends string>(record: Readonly<Record<Name, unknown>>, name: string): name is Name {
  return Object.hasOwn(record, name)
}

function refused(text: string, ...hints: readonly string[]): Fault {
  return new Fault('MP-THRESHOLD', `"${text}" is not a threshold`, { exit: EXIT.usage, hints })
}

/**
 * Whether a figure crosses it; one that is not known does.
 * @param whole what a share is a share of
 */
export function isCrossed({ sign, limit }: Threshold, value: number | undefined, whole: number): boolean {
  if (value === undefined) return true
  const bound = 'share' in limit ? limit.share * whole : limit.value
  switch (sign) {
    case '>':
      return value > bound
    case '>=':
      return value >= bound
    case '<':
      return value < bound
    case '<=':
      return value <= bound
  }
}
