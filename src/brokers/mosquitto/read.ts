import type { BrokerFile, ConfigReader } from '../broker.js'
import type { ReadContext } from '../read-context.js'
import { unreadIn } from '../unread.js'
import { listenersOf } from './listeners.js'
import { mosquittoOptions } from './options.js'
import { parseMosquitto } from './parse.js'
import { type MosquittoView, viewMosquitto } from './view.js'

export interface MosquittoFile extends BrokerFile {
  readonly broker: 'mosquitto'
  readonly view: MosquittoView
}

export const reader = {
  fileNames: ['mosquitto.conf'],
  score: (line) => {
    const option = /^ *([A-Za-z0-9_.]+)(?: |$)/.exec(line)?.[1]
    if (option === undefined || /^ *\S+ *=/.test(line)) return 0
    return knows(option) ? 2 : 0
  },
  knows,
  read,
} as const satisfies ConfigReader<MosquittoFile>

function knows(word: string): boolean {
  return mosquittoOptions.has(word) || word.startsWith('enable_proxy_protocol')
}

export function isMosquitto(one: BrokerFile): one is MosquittoFile {
  return one.broker === 'mosquitto'
}

function read(text: string, file: string, { readInclude }: ReadContext = {}): MosquittoFile {
  const { document, included, problems } = parseMosquitto(text, file, readInclude)
  const view = viewMosquitto(document, included)
  const unread = unreadIn(problems)
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
