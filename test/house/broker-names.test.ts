import { describe, expect, it } from 'vitest'
import { brokerKinds } from '../../src/brokers/index.js'
import { sourceFiles } from './imports.js'

/**
 * Files outside the folders of brokers that name a kind in code: each with its reason. What is true of one broker only
 * belongs into its folder; nothing may be added here that another broker could have too.
 */
const named: Readonly<Record<string, string>> = {
  'brokers/index.ts': 'the registry',
  'host/brokers/index.ts': 'the drivers',
  'drill/reconnect.ts': 'client libraries, of which one has the name of a broker',
  'scenarios/meaning.ts': 'titles of the two source documents',
  'scenarios/errata.ts': 'which source document is corrected',
  'scenarios/table.ts': 'which source document a scenario is from',
  'scenarios/types.ts': 'which source document a scenario is from',
  'stories/broker/mosquitto.ts': 'the command that stands in for one program',
  'stories/conformance/targets.ts': 'our own broker as a target, and the one log that tells every sight',
  'stories/drill/request.ts': 'our own broker as the default',
  'mqtt-server/header-gate.ts': 'the manner of one program, which our own broker can take on',
  'mqtt-server/options.ts': 'the manner of one program, which our own broker can take on',
  'mqtt-server/options-from-mosquitto.ts': 'our own broker reads this dialect',
  'lint/workspace.ts': 'what one program does with bytes that are no UTF-8',
  'plan/constants.ts': 'figures that were measured on one program',
  'path/health/reply.ts': 'answers that were measured on one program',
  'host/tools/rabbitmq-prefix.ts': 'how one program is laid out by its package',
  'host/tools/install.ts': 'how one program is laid out by its package',
}

const kinds = brokerKinds.join('|')
/** A kind as a text of its own, or as a key of a table. */
const naming = new RegExp(`'(?:${kinds})'|^\\s*(?:${kinds})\\s*[:,]`, 'm')

/** `brokers/NAME/...` and `host/brokers/NAME...`: there a broker may be named. */
const isHome = (path: string) => /^(?:host\/)?brokers\/[^/]+\/|^host\/brokers\/(?!index)/.test(path)

describe('the house', () => {
  it('names a broker in its own folder only', () => {
    const found = sourceFiles()
      .filter(({ path, text }) => !isHome(path) && naming.test(withoutComments(text)))
      .map(({ path }) => path)
    expect(found.filter((path) => !Object.hasOwn(named, path))).toEqual([])
    // Each has its reason still.
    expect(Object.keys(named).filter((path) => !found.includes(path))).toEqual([])
  })
})

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '')
}
