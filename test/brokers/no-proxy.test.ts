import { describe, expect, it } from 'vitest'
import { noProxySentence } from '../../src/brokers/no-proxy.js'
import { errorDocument } from '../../src/cli/base-command.js'

describe('brokers that read no PROXY headers', () => {
  it.each([
    ['nanomq', 'NanoMQ', 'August 2026'],
    ['nats', 'NATS (its MQTT port)', '2.15.1'],
    ['mochi', 'Mochi MQTT', '2.7.9'],
    ['comqtt', 'Mochi MQTT', '2.6.5'],
    ['hivemq-ce', 'HiveMQ Community Edition', '2026'],
  ])('%s: name, version and where it is from', (word, name, version) => {
    expect(noProxySentence(word)).toMatch(`${name} reads no PROXY headers (`)
    expect(noProxySentence(word)).toContain(version)
  })

  it.each(['mosquitto', 'emqx', 'flashmq', 'signatsu'])('not %s', (word) => {
    expect(noProxySentence(word)).toBeUndefined()
  })

  it('is said where one of them is asked for', () => {
    const refused = Object.assign(new Error('Expected --broker=nanomq to be one of: embedded, mosquitto'), {
      oclif: { exit: 2 },
    })
    expect(errorDocument(refused).hints[0]).toContain('NanoMQ reads no PROXY headers')
  })
})
