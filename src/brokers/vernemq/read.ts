import type { BrokerFile, ConfigReader } from '../broker.js'
import { parseCuttlefish } from '../cuttlefish.js'
import type { ReadContext } from '../read-context.js'
import { unreadIn } from '../unread.js'
import { listenersOf } from './listeners.js'
import { type VernemqView, viewVernemq } from './view.js'

export interface VernemqFile extends BrokerFile {
  readonly broker: 'vernemq'
  readonly view: VernemqView
}

export const reader = {
  fileNames: ['vernemq.conf'],
  score: (line) =>
    /^[ \t]*(listener\.|plugins\.|vmq_|allow_anonymous[ \t]*=|nodename[ \t]*=|distributed_cookie|metadata_plugin|accept_eula)[^=]*=?/.test(
      line,
    ) && line.includes('=')
      ? 2
      : 0,
  read,
} as const satisfies ConfigReader<VernemqFile>

export function isVernemq(one: BrokerFile): one is VernemqFile {
  return one.broker === 'vernemq'
}

function read(text: string, file: string, reading: ReadContext = {}): VernemqFile {
  const { document, lines, documents, problems } = parseCuttlefish(text, file, reading)
  const view = viewVernemq({ ...document, lines })
  return {
    broker: 'vernemq',
    file,
    documents,
    listeners: listenersOf(view),
    unread: unreadIn(problems),
    problems,
    view,
  }
}
