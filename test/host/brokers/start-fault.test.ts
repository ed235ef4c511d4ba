import { describe, expect, it } from 'vitest'
import { brokerStartFault } from '../../../src/host/brokers/start-fault.js'

const config = 'listener 1883 127.0.0.1\n# cafile here\ncafile /etc/ca.crt\ncertfile /etc/server.crt\n'
const failure = { broker: 'mosquitto 2.1.2', configFile: 'm.conf', config }

describe('brokerStartFault', () => {
  it('takes the line that the broker names', () => {
    const log = [
      "1795238307: Error: Unknown configuration variable 'foo'.",
      '1795238307: Error found at /tmp/m.conf.run:2.',
    ]
    expect(brokerStartFault({ ...failure, log })).toMatchObject({
      code: 'MP-BROKER-START',
      exit: 3,
      message: "mosquitto 2.1.2 did not start: Error: Unknown configuration variable 'foo'.",
      at: { file: 'm.conf', line: 2 },
    })
  })

  it('finds the line of a value that the broker quotes', () => {
    const log = ['1: Error: Unable to load server certificate "/etc/server.crt". Check certfile.']
    expect(brokerStartFault({ ...failure, log }).at).toEqual({ file: 'm.conf', line: 4 })
  })

  it('finds the line of an option that the broker speaks of, not a comment', () => {
    const log = ['1: Error: cafile specified without certfile and keyfile.']
    expect(brokerStartFault({ ...failure, log }).at).toEqual({ file: 'm.conf', line: 3 })
  })
})
