import type { Broker, BrokerFile, Reading } from '../broker.js'
import { unreadIncludes } from '../unread-includes.js'
import { listenersOf } from './listeners.js'
import { parseMosquitto } from './parse.js'
import { type MosquittoView, viewMosquitto } from './view.js'

export interface MosquittoFile extends BrokerFile {
  readonly broker: 'mosquitto'
  readonly view: MosquittoView
}

export const mosquitto = {
  kind: 'mosquitto',
  name: 'Mosquitto',
  proxySince: '2.1',
  configFile: 'mosquitto.conf',
  read,
} as const satisfies Broker<MosquittoFile>

export function isMosquitto(one: BrokerFile): one is MosquittoFile {
  return one.broker === 'mosquitto'
}

function read(text: string, file: string, { readInclude }: Reading = {}): MosquittoFile {
  const { document, included, problems } = parseMosquitto(text, file, readInclude)
  const view = viewMosquitto(document, included)
  const unread = unreadIncludes(problems)
  return {
    broker: 'mosquitto',
    file,
    documents: [document, ...included.flatMap((one) => one.documents)],
    listeners: listenersOf(view, unread.length > 0),
    unread,
    problems,
    view,
  }
}
