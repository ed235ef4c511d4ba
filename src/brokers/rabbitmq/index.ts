import type { Broker, BrokerFile } from '../broker.js'
import { listenersOf } from './listeners.js'
import { parseRabbitmq } from './parse.js'
import { type RabbitmqView, viewRabbitmq } from './view.js'

export interface RabbitmqFile extends BrokerFile {
  readonly broker: 'rabbitmq'
  readonly view: RabbitmqView
}

export const rabbitmq = {
  kind: 'rabbitmq',
  name: 'RabbitMQ',
  proxySince: '3.7',
  configFile: 'rabbitmq.conf',
  read,
} as const satisfies Broker<RabbitmqFile>

function read(text: string, file: string): RabbitmqFile {
  const { document, problems } = parseRabbitmq(text, file)
  const view = viewRabbitmq(document)
  return {
    broker: 'rabbitmq',
    file,
    documents: [document],
    listeners: listenersOf(view),
    unread: [],
    problems,
    view,
  }
}
