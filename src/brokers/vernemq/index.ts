import type { Broker, BrokerFile } from '../broker.js'
import { listenersOf } from './listeners.js'
import { parseVernemq } from './parse.js'
import { type VernemqView, viewVernemq } from './view.js'

export interface VernemqFile extends BrokerFile {
  readonly broker: 'vernemq'
  readonly view: VernemqView
}

export const vernemq = {
  kind: 'vernemq',
  name: 'VerneMQ',
  proxySince: '0.15.1',
  configFile: 'vernemq.conf',
  read,
} as const satisfies Broker<VernemqFile>

export function isVernemq(one: BrokerFile): one is VernemqFile {
  return one.broker === 'vernemq'
}

function read(text: string, file: string): VernemqFile {
  const { document, problems } = parseVernemq(text, file)
  const view = viewVernemq(document)
  return {
    broker: 'vernemq',
    file,
    documents: [document],
    listeners: listenersOf(view),
    unread: [],
    problems,
    view,
  }
}
