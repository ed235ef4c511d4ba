import { isIP } from 'node:net'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { nearest } from '../../kernel/nearest.js'
import { seeded } from '../../kernel/random.js'
import { faultKinds, faultNames, isFaultName, type WayFault } from '../../tap/fault-kinds.js'
import { readTlvValue } from '../../tap/tlv-faults.js'

/**
 * `NAME[=VALUE][,p=0.5][,count=3]`, as `--fault` takes it.
 * @param milliseconds reads a time
 * @throws Fault MP-TAP-FAULT (exit 2)
 */
export function parseFault(text: string, milliseconds: (time: string) => number): WayFault {
  const [head = '', ...options] = text.split(',')
  const equals = head.indexOf('=')
  const [name, given] = equals < 0 ? [head, undefined] : [head.slice(0, equals), head.slice(equals + 1)]
  if (!isFaultName(name)) {
    const meant = nearest(name, faultNames)
    throw bad(
      `there is no fault "${name}"`,
      meant === undefined ? `faults: ${faultNames.join(', ')}` : `did you mean ${meant}?`,
    )
  }
  const kind = faultKinds[name]
  if (kind.value === undefined && given !== undefined) throw bad(`${name} takes no value`)
  if (kind.value !== undefined && (given === undefined || given === ''))
    throw bad(`${name} needs a value: ${name}=${kind.value}`)
  const value = kind.value === 'TIME' ? String(milliseconds(given ?? '')) : given
  if (kind.value === 'IP:PORT') checkEndpoint(name, value ?? '')
  if (kind.value === 'TYPE' || kind.value === 'TYPE:VALUE') checkTlv(name, kind.value, value ?? '')
  return { name, value, ...optionsOf(options) }
}

function optionsOf(options: readonly string[]): Pick<WayFault, 'probability' | 'count'> {
  let probability = 1
  let count: number | undefined
  for (const option of options) {
    const [key, value = ''] = option.split('=')
    const number = Number(value)
    if (key === 'p' && number > 0 && number <= 1) probability = number
    else if (key === 'count' && Number.isInteger(number) && number > 0) count = number
    else throw bad(`"${option}" is not an option of a fault`, 'write p=0.5 (of connections) or count=3 (connections)')
  }
  return { probability, count }
}

function checkTlv(name: string, form: string, text: string): void {
  if (text.includes(':') !== form.includes(':')) throw bad(`${name} needs ${form}`, `${name}=${form}`)
  if (readTlvValue(text) !== undefined) return
  throw bad(`"${text}" is not a TLV`, 'types: ssl, authority or 0x20; values: text, or bytes as 0x0102')
}

function checkEndpoint(name: string, text: string): void {
  const at = text.lastIndexOf(':')
  const port = Number(text.slice(at + 1))
  const address = text.slice(0, at).replace(/^\[|\]$/g, '')
  if (isIP(address) === 0 || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw bad(`${name} needs an address and a port`, `${name}=203.0.113.7:40000 or ${name}=[2001:db8::7]:40000`)
  }
}

function bad(message: string, ...hints: string[]): Fault {
  return new Fault('MP-TAP-FAULT', message, { exit: EXIT.usage, hints })
}

/** Chooses which connections a fault strikes: the same seed chooses the same ones. */
export class FaultChooser {
  readonly #draw: () => number
  readonly #struck = new Map<WayFault, number>()

  constructor(
    readonly faults: readonly WayFault[],
    seed: number,
  ) {
    this.#draw = seeded(seed)
  }

  /** The fault of the next connection, the first that strikes; undefined: none. */
  next(): WayFault | undefined {
    for (const fault of this.faults) {
      const struck = this.#struck.get(fault) ?? 0
      const spent = fault.count !== undefined && struck >= fault.count
      if (this.#draw() >= fault.probability || spent) continue
      this.#struck.set(fault, struck + 1)
      return fault
    }
    return undefined
  }
}
