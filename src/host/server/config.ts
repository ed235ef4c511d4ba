import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { mosquittoOptions } from '../../brokers/mosquitto/options.js'
import { reader } from '../../brokers/mosquitto/read.js'
import { reader as vernemqReader } from '../../brokers/vernemq/read.js'
import { Fault, messageOf } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { nearest } from '../../kernel/nearest.js'
import { ConfigRefusal } from '../../mqtt-server/mosquitto/config-refusal.js'
import type { HeaderPolicy } from '../../mqtt-server/options.js'
import { planFromMosquitto } from '../../mqtt-server/options-from-mosquitto.js'
import { planFromVernemq } from '../../mqtt-server/options-from-vernemq.js'
import type { BrokerPlan } from '../../mqtt-server/plan.js'
import { includesFromDisk, readIncluded } from '../files/config-files.js'

export interface ReadPlanOptions {
  /** Where relative paths in the file start; default: our working directory, as for Mosquitto. */
  readonly cwd?: string
  readonly ports?: readonly number[]
  readonly manner: HeaderPolicy['manner']
}

/**
 * Reads a mosquitto.conf or vernemq.conf with everything it names.
 * @throws ConfigRefusal for what it says, Fault MP-BROKER-CONFIG (exit 3) when it cannot be read
 */
export function readPlan(file: string, options: ReadPlanOptions): BrokerPlan {
  const cwd = options.cwd ?? '.'
  const text = readText(file)
  const read = (path: string) => readFileSync(resolve(cwd, path), 'utf8')
  const context = { ports: options.ports ?? [], read, manner: options.manner }
  const includes = (path: string, from: string) => includesFromDisk()(resolve(cwd, path), from)
  const plan = isVernemq(text)
    ? planFromVernemq(vernemqReader.read(text, file, { readInclude: includes }), context)
    : planFromMosquitto(reader.read(text, file, { readInclude: (dir) => readIncluded(resolve(cwd, dir)) }), context)
  // As for Mosquitto, which does not say so.
  if (context.ports.length === 0 || plan.localOnly) return plan
  return { ...plan, notes: [...plan.notes, `Note: -p has no effect here: ${file} opens listeners of its own.`] }
}

/** `key = value` lines with dots in the key; Mosquitto has neither. */
function isVernemq(text: string): boolean {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'))
  return lines.length > 0 && lines.every((line) => /^\s*[\w.$]+\s*=/.test(line))
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigRefusal(`Unable to open config file '${file}'.`, undefined, [messageOf(error)])
  }
}

/** The refusal as a user meets it: with file, line and, for a mistyped option, the nearest name. */
export function configFault(refusal: ConfigRefusal): Fault {
  const { span, message } = refusal
  const unknown = /^Unknown configuration variable '(.+)'\.$/.exec(message)?.[1]
  const close = unknown === undefined ? undefined : nearest(unknown, [...mosquittoOptions.keys()])
  // An option of Mosquitto that ours has not: nothing is wrong with the file.
  const lacks = /not supported by the embedded broker|the embedded broker does not have/.test(message)
  const hints = close === undefined ? refusal.hints : [`did you mean ${close}?`, ...refusal.hints]
  return new Fault(lacks ? 'MP-BROKER-LACKS' : 'MP-BROKER-CONFIG', message, {
    exit: refusal.inFile ? EXIT.wrong : EXIT.environment,
    hints,
    ...(span && { at: { file: span.file, line: span.line, column: span.column } }),
    cause: refusal,
  })
}
