import type { DerivedBroker } from '../derived.js'
import type { Settled } from '../options.js'
import type { Scenario } from '../types.js'
import { mosquittoFiles } from './mosquitto.js'
import { rabbitmqFiles } from './rabbitmq.js'
import { textFiles } from './text.js'
import { vernemqFiles } from './vernemq.js'

/** The broker's files in its own dialect; the embedded broker reads mosquitto.conf. */
export function brokerFilesOf(scenario: Scenario, settled: Settled): readonly DerivedBroker[] {
  const { broker } = settled
  switch (broker) {
    case 'embedded':
    case 'mosquitto':
      return mosquittoFiles(scenario, settled)
    case 'vernemq':
      return vernemqFiles(scenario, settled)
    case 'rabbitmq':
      return rabbitmqFiles(scenario, settled)
    default:
      return textFiles(scenario, settled, broker)
  }
}
