import mqtt from 'mqtt'
import { afterAll, describe, expect, it } from 'vitest'
import { endAll } from '../../../src/host/process/lifetime.js'
import { check, conformance, probe, startBroker } from '../../../src/index.js'

afterAll(endAll)

/** As a caller without types writes it. */
function fromJavaScript(text: string) {
  return JSON.parse(text)
}

describe('startBroker', () => {
  it('needs no options, and each part has defaults', async () => {
    for (const options of [
      undefined,
      {},
      { listeners: [{ port: 0 }] },
      { listeners: [{}, { header: 'off' as const }] },
    ]) {
      const broker = await startBroker(options)
      for (const at of broker.listeners) {
        if ('path' in at) throw new Error('no port')
        expect(at.host).toBe('127.0.0.1')
        const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${at.port}`, { reconnectPeriod: 0 })
        await client.endAsync()
      }
      await broker.stop()
    }
  })

  it.each([
    ['{"listener":[]}', /no option "listener"/],
    ['{"listeners":[]}', /at least one/],
    ['{"listeners":[{"prot":1}]}', /no option "prot"/],
    ['{"listeners":[{"port":70000}]}', /port is 70000/],
    ['{"listeners":[{"port":"1883"}]}', /port is "1883"/],
    ['{"listeners":[{"header":"yes"}]}', /header is "yes"/],
    ['{"listeners":[{"header":{"cn":true}}]}', /no option "cn"/],
    ['{"listeners":[{"header":{"accept":[3]}}]}', /is 3/],
    ['{"listeners":[{"tls":{"cert":"x"}}]}', /tls.key is missing/],
    ['{"limits":{"maxInflght":1}}', /no option "maxInflght"/],
    ['[]', /takes an object/],
  ])('refuses %s', async (text, message) => {
    await expect(startBroker(fromJavaScript(text))).rejects.toThrow(message)
    await expect(startBroker(fromJavaScript(text))).rejects.toMatchObject({ code: 'MP-OPTION', exit: 2 })
  })
})

describe('check, probe and conformance of the library', () => {
  it('judge as the commands do', async () => {
    const broker = await startBroker({ listeners: [{ header: 'required' }] })
    const [at] = broker.listeners
    if (at === undefined || 'path' in at) throw new Error('no port')
    const target = `127.0.0.1:${at.port}`
    const probed = await probe(target, { failOn: 'critical' })
    expect(probed.ok).toBe(true)
    expect(probed.targets[0]).toMatchObject({ kind: 'proxy-required' })
    expect((await probe(target, { expect: 'plain', failOn: 'none' })).ok).toBe(false)
    const conform = await conformance(target, { select: ['pp2/local'] })
    expect(conform).toMatchObject({ ok: true, stats: { failed: 0 } })
    await broker.stop()
    const checked = await check({ select: ['tcp/connect-5.0'] })
    expect(checked).toMatchObject({ ok: true, command: 'check', stats: { passed: 1, failed: 0 } })
  })

  it.each([
    [() => check(fromJavaScript('{"selct":[]}')), /did you mean|no option "selct"/],
    [() => check(fromJavaScript('{"broker":"mosqitto"}')), /broker is "mosqitto"/],
    [() => check({ jobs: 0 }), /jobs is 0/],
    [() => probe([]), /no target/],
    [() => probe(['127.0.0.1:1', '127.0.0.1:2'], { behind: '127.0.0.1:3' }), /behind/],
    [() => probe('127.0.0.1:1', fromJavaScript('{"expect":"plane"}')), /expect is "plane"/],
    [() => conformance('127.0.0.1:1', { select: ['pp9'] }), /no case is called pp9/],
  ])('refuse what they cannot use', async (call, message) => {
    await expect(call()).rejects.toThrow(message)
  })
})
