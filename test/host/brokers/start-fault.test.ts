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

  it('takes the included file that the broker names first, not the line that includes it', () => {
    const log = ['1: Error found at /tmp/conf.d/a.conf:7.', '1: Error found at m.conf:2.']
    expect(brokerStartFault({ ...failure, log }).at).toEqual({ file: '/tmp/conf.d/a.conf', line: 7 })
  })

  it('finds the line of a value that the broker quotes', () => {
    const log = ['1: Error: Unable to load server certificate "/etc/server.crt". Check certfile.']
    expect(brokerStartFault({ ...failure, log }).at).toEqual({ file: 'm.conf', line: 4 })
  })

  it('finds the line of an option that the broker speaks of, not a comment', () => {
    const log = ['1: Error: cafile specified without certfile and keyfile.']
    expect(brokerStartFault({ ...failure, log }).at).toEqual({ file: 'm.conf', line: 3 })
  })

  it.each([
    ['vm.args needs to have a -setcookie parameter.', /no distributed_cookie/],
    ['You have to accept the VerneMQ EULA: accept_eula = yes', /license/],
    ['RabbitMQ 4.3 requires Erlang/OTP 27.0, this is 25: please upgrade your Erlang', /Erlang .* too old/],
    [
      '[error] Failed to start Ranch listener {{127,0,0,1},1883} in ranch_tcp:listen for reason eaddrinuse',
      /another program/,
    ],
    ['** Connection attempt from node a@b rejected. Invalid challenge reply. **', /another cookie/],
    // What RabbitMQ 4.3.6 says, with its rabbitmqctl and on the Erlang of another release.
    ['  * TCP connection succeeded but Erlang distribution failed ', /another cookie/],
    ['ERROR: node with name "mqtt-proxy" is already running on host "localhost"', /has this name/],
    ['    reason: {duplicate_node_name,"mqtt-proxy","localhost"}', /has this name/],
    ['{"init terminating in do_boot",{undef,[{rabbit,boot,[],[]},{init,start_em,1,[]}]}}', /Erlang .* too old/],
    ['[error] Cookie file /x/.erlang.cookie must be accessible by owner only', /cookie/],
  ])('says what is behind %j', (line, cause) => {
    const fault = brokerStartFault({ ...failure, log: ['starting', line, 'bye'] })
    expect(fault.exit).toBe(3)
    expect(fault.hints[0]).toMatch(cause)
    expect(fault.message).toContain(line.trim().slice(0, 20))
    expect(fault.hints).toContain('it said: bye')
  })

  it.each([
    ['[error] <0.144.0> BOOT FAILED', '[error] <0.144.0> ==========='],
    ['BOOT FAILED', '==========='],
  ])('takes the reason, and not the heading %j above it', (...heading) => {
    const log = [...heading, '[error] <0.144.0> Error during startup: {error,timeout}', '[error] <0.144.0> bye']
    expect(brokerStartFault({ ...failure, log }).message).toContain('Error during startup: {error,timeout}')
    expect(brokerStartFault({ ...failure, log: [...heading, 'Exception during startup: badarg'] }).message).toContain(
      'badarg',
    )
    expect(brokerStartFault({ ...failure, log: [heading[0]] }).message).toContain('BOOT FAILED')
  })

  it('tells one that runs and does not listen from one that ended', () => {
    const hung = { withinMs: 60_000, missing: [{ host: '127.0.0.1', port: 1883 }] }
    expect(brokerStartFault({ ...failure, log: ['booting'], hung }).message).toBe(
      'mosquitto 2.1.2 runs, but 127.0.0.1:1883 did not open within 60 s: booting',
    )
    expect(brokerStartFault({ ...failure, log: [] }).message).toBe('mosquitto 2.1.2 did not start: it said nothing')
  })

  it('quotes no line that says nothing', () => {
    const begin = '2026-11-27 16:17:56.992887+00:00 [error] <0.144.0>'
    const log = [`${begin} `, `${begin} BOOT FAILED`, `${begin} ===========`, '', '===========', 'ERROR: no room']
    expect(brokerStartFault({ ...failure, log })).toMatchObject({
      message: expect.stringMatching(/did not start: ERROR: no room$/),
      hints: ['it said: [error] <0.144.0> BOOT FAILED', 'it said: ERROR: no room'],
    })
  })

  it('leaves the time of RabbitMQ out', () => {
    const log = ['2026-11-27 02:46:10.219698+00:00 [error] <0.144.0> You have tried to set x']
    expect(brokerStartFault({ ...failure, log }).message).toBe(
      'mosquitto 2.1.2 did not start: [error] <0.144.0> You have tried to set x',
    )
  })
})
