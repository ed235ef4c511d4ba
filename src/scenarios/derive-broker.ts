import { brokerOf } from '../brokers/index.js'
import type { ListenPlace } from '../brokers/write.js'
import { certificateFiles } from './certificates.js'
import { commandLine } from './command-line.js'
import type { DerivedBroker } from './derived.js'
import { brokerListener, type Settled } from './options.js'
import type { Scenario } from './types.js'

/** The broker's files in its own dialect, one broker for each place of the scenario. */
export function deriveBrokers(scenario: Scenario, settled: Settled): readonly DerivedBroker[] {
  const { broker, transport, certs, annotate, brokerVersion } = settled
  const { header, topology, enforces } = scenario
  return placesOf(scenario, settled).map((place) => ({
    files: brokerOf(broker).write({
      header,
      topology,
      enforces,
      transport,
      place,
      certificates: {
        serverCa: `${certs}/${certificateFiles.serverCa}`,
        cert: `${certs}/${certificateFiles.brokerCert}`,
        key: `${certs}/${certificateFiles.brokerKey}`,
      },
      version: brokerVersion,
      annotate,
      head: headLines(scenario, settled, place),
    }),
    listener: place.suffix === '' ? brokerListener(settled) : { host: place.host, port: place.port },
  }))
}

/** One place for each broker of the scenario. */
function placesOf(scenario: Scenario, settled: Settled): readonly ListenPlace[] {
  const first = { ...settled.server, bind: settled.brokerBind, socket: settled.socket, suffix: '' }
  if (scenario.topology !== 'sticky') return [first]
  return [first, { ...settled.server2, bind: settled.server2.host, socket: undefined, suffix: '-2' }]
}

/** What every broker file begins with: the command, what it is, and on what its lines rest. */
function headLines(scenario: Scenario, settled: Settled, place: ListenPlace): readonly string[] {
  const number = scenario.number === undefined ? '' : ` ${scenario.number},`
  const which = place.suffix === '' ? '' : ' The second broker.'
  return [
    commandLine('broker', scenario, settled, place.suffix === '' ? [] : ['--instance', '2']),
    ...(settled.annotate
      ? [`Scenario${number} ${scenario.id}: ${scenario.title}.${which}`, ...basisLines(settled)]
      : []),
  ]
}

function basisLines(settled: Settled): string[] {
  const { support, name } = brokerOf(settled.broker)
  const { basis } = support
  if (basis === 'run') return []
  if (basis === 'documentation') return [`UNTESTED: written from the documentation of ${name}, never run on it.`]
  return [`Written from measurements on ${name} ${basis.measuredOn}; this very file was not run on it.`]
}
