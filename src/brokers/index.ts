import { artemis } from './artemis/index.js'
import type { BrokerFile, BrokerRow, ConfigReader, Run } from './broker.js'
import { embedded } from './embedded/index.js'
import { emqx } from './emqx/index.js'
import { flashmq } from './flashmq/index.js'
import { hivemq } from './hivemq/index.js'
import { hivemqCe } from './hivemq-ce/index.js'
import { mosquitto } from './mosquitto/index.js'
import type { Packaged } from './packaged.js'
import { rabbitmq } from './rabbitmq/index.js'
import type { ReadContext } from './read-context.js'
import { rmqtt } from './rmqtt/index.js'
import { tbmq } from './tbmq/index.js'
import { vernemq } from './vernemq/index.js'

/**
 * Every kind of broker, in the order in which lists show them. A new one is a folder, a row here and, where it can be
 * run, a driver in `host/brokers/`: everything else follows.
 */
const brokers = {
  embedded,
  mosquitto,
  vernemq,
  rabbitmq,
  emqx,
  hivemq,
  'hivemq-ce': hivemqCe,
  flashmq,
  artemis,
  tbmq,
  rmqtt,
} as const satisfies Record<string, BrokerRow>

/** The id of a broker, as `--broker` takes it: `embedded`, `mosquitto`, `vernemq` and the others of the registry. */
export type BrokerKind = keyof typeof brokers
/** Kinds with this part in their row. */
type With<Part extends keyof BrokerRow> = {
  [Kind in BrokerKind]: Part extends keyof (typeof brokers)[Kind] ? Kind : never
}[BrokerKind]
/** Kinds whose files are read. */
export type ReadableKind = With<'reader'>
/** Kinds that are run: each has a driver. */
export type RunnableKind = With<'run'>

/** Kinds whose program can be fetched. */
export type PackagedKind = {
  [Kind in RunnableKind]: (typeof brokers)[Kind]['run'] extends { readonly packaged: Packaged } ? Kind : never
}[RunnableKind]

/** What files are written for unless another kind is named. */
export const usualBroker = 'mosquitto' satisfies BrokerKind
/** The broker that this program is itself. */
export const ownBroker = 'embedded' satisfies BrokerKind

export const brokerKinds = Object.keys(brokers).filter(isBrokerKind)
export const readableKinds = brokerKinds.filter(isReadable)
export const runnableKinds = brokerKinds.filter(isRunnable)
/** Kinds whose program judges a file without running it. */
export const testedKinds = runnableKinds.filter((kind) => brokerOf(kind).run?.test !== undefined)

/** The programs of brokers that can be fetched, in the order of the registry. */
export const packagedPrograms = runnableKinds.flatMap(
  (kind): { kind: RunnableKind; program: Packaged & { variable: string } }[] => {
    const { variable, packaged }: Run = brokers[kind].run
    return packaged === undefined || variable === undefined ? [] : [{ kind, program: { ...packaged, variable } }]
  },
)

export function isBrokerKind(word: string): word is BrokerKind {
  return Object.hasOwn(brokers, word)
}

export function isReadable(kind: string): kind is ReadableKind {
  return isBrokerKind(kind) && 'reader' in brokers[kind]
}

export function isRunnable(kind: BrokerKind): kind is RunnableKind {
  return 'run' in brokers[kind]
}

/** Usual names of the files that a broker which is run can be started with. */
export const configFilesThatRun = readableKinds.filter(isRunnable).map((kind) => readerOf(kind).fileNames[0])

export function brokerOf(kind: BrokerKind): BrokerRow {
  return brokers[kind]
}

export function readerOf(kind: ReadableKind): ConfigReader {
  return brokers[kind].reader
}

/** Reads a broker's file by its own rules. */
export function readBroker(kind: ReadableKind, text: string, file: string, reading: ReadContext = {}): BrokerFile {
  return readerOf(kind).read(text, file, reading)
}
