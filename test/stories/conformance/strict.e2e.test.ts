import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { selectCases } from '../../../src/conformance/catalogue.js'
import { casesWithTls } from '../../../src/conformance/tls-facts.js'
import { driverFor } from '../../../src/host/brokers/index.js'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { openSession, roundTrip } from '../../../src/host/net/mqtt-session.js'
import { freePort } from '../../../src/host/net/ports.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { runConformance } from '../../../src/stories/conformance/conformance.js'

afterEach(endAll)

/** Real Mosquitto that serves only clients whose header speaks of a certificate, and takes their names from there. */
async function strictMosquitto(access: string) {
  const driver = await driverFor('mosquitto')
  const { path: folder } = await makeWorkdir('test')
  const port = await freePort()
  const configFile = join(folder, 'mosquitto.conf')
  const listener = [`listener ${port} 127.0.0.1`, 'enable_proxy_protocol 2', 'require_certificate true']
  const names = ['use_identity_as_username true', 'allow_anonymous true', `acl_file ${join(folder, 'acl')}`, '']
  writeFileSync(join(folder, 'acl'), access, { mode: 0o600 })
  writeFileSync(configFile, [...listener, ...names].join('\n'))
  const broker = await driver.start({ folder, configFile, listeners: [{ host: '127.0.0.1', port }] })
  return { port, broker }
}

describe('Mosquitto that demands a certificate', () => {
  it('is asked with one, in broken headers too', async () => {
    const { port, broker } = await strictMosquitto('topic readwrite #\n')
    const targets = [{ name: 'strict', host: '127.0.0.1', port, saw: broker.saw.bind(broker) }]
    const tlsFacts = { version: 'TLSv1.3', cn: 'sensor-17' }
    const cases = casesWithTls(selectCases(['pp2']), tlsFacts)
    const result = await runConformance({ targets, cases, tlsFacts, level: 'must', waitMs: 2000, tag: 'st', env: {} })
    const all = result.groups.flatMap((group) => group.cases)
    const failed = all.filter(({ status }) => status === 'failed').map(({ id }) => id)
    // LOCAL is closed, as on its other listeners; see the next test for the name.
    expect(failed.filter((id) => !id.startsWith('pp2/local/'))).toEqual(['pp2/ssl/cn-nul'])
    expect(all.find(({ id }) => id === 'pp2/ssl/cn-nul')?.reason).toBe(
      'it took "ali" for the user instead of "ali\\u0000ce": cut at the NUL, one name passes for another',
    )
    // Without the facts these were refused for the lack of them, and looked as if the checksum were verified.
    for (const id of ['pp2/tlv/crc32c-wrong', 'pp2/tlv/crc32c-address']) {
      expect(all.find((one) => one.id === id)).toMatchObject({
        status: 'non-strict',
        actual: expect.stringContaining('user "sensor-17"'),
      })
    }
  })

  it('gives "ali\\0ce" the rights of "ali"', async () => {
    const { port } = await strictMosquitto('user ali\ntopic readwrite secret/#\n')
    const nul = selectCases(['pp2/ssl/cn-nul', 'pp2/ssl/cn'])
    const rights: Record<string, boolean> = {}
    for (const { id, plan } of nul) {
      const target = { scheme: 'mqtt', host: '127.0.0.1', port, path: '' } as const
      const options = { target, preface: plan, mqtt: '3.1.1', clientId: 'one', timeoutMs: 5000 } as const
      const session = await openSession(options)
      const message = { topic: 'secret/1', payload: Buffer.from('x'), qos: 1, timeoutMs: 5000 } as const
      rights[id] = (await roundTrip(session, session, message)).ok
      await session.close()
    }
    expect(rights).toEqual({ 'pp2/ssl/cn': false, 'pp2/ssl/cn-nul': true })
  })
})
