import type { Broker, BrokerFile, Reading } from './broker.js'
import { emqx } from './emqx/index.js'
import { flashmq } from './flashmq/index.js'
import { mosquitto } from './mosquitto/index.js'
import { rabbitmq } from './rabbitmq/index.js'
import { vernemq } from './vernemq/index.js'

/** Every kind of broker whose files we read. A new one is a folder and a row here. */
export const brokers = { mosquitto, vernemq, rabbitmq, emqx, flashmq } as const

export type BrokerKind = keyof typeof brokers

export const brokerKinds = Object.keys(brokers).filter(isBrokerKind)

export function isBrokerKind(word: string): word is BrokerKind {
  return Object.hasOwn(brokers, word)
}

export function brokerOf(kind: BrokerKind): Broker {
  return brokers[kind]
}

/** Reads a broker's file by its own rules. */
export function readBroker(kind: BrokerKind, text: string, file: string, reading: Reading = {}): BrokerFile {
  return brokers[kind].read(text, file, reading)
}
