import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { driverFor } from '../../../src/host/brokers/index.js'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { freePort } from '../../../src/host/net/ports.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { mqttProxy } from '../../cli.js'
import { listen } from '../../host/listening.js'

afterAll(endAll)

async function sent(...args: string[]) {
  const { code, stdout } = await mqttProxy(['send', '-t', 't', '-m', 'hi', ...args, '--json'])
  return { code, document: JSON.parse(stdout) }
}

/** Accepts the CONNECT, and closes at once, at the next packet, or never. */
function server(closes: 'at once' | 'later' | 'never'): Promise<number> {
  return listen((socket) => {
    socket.once('data', () => {
      socket.write(Uint8Array.of(0x20, 2, 0, 0))
      if (closes === 'at once') socket.end()
      if (closes === 'later') socket.once('data', () => socket.end())
    })
  })
}

describe('send, when no acknowledgement comes', () => {
  it.each(['at once', 'later'] as const)('says that the connection was closed %s', async (closes) => {
    const { code, document } = await sent(`127.0.0.1:${await server(closes)}`, '-q', '1')
    expect(code).toBe(1)
    expect(document).toMatchObject({ ok: false, cause: { code: 'MP-LOST' } })
  })

  it('ends where the other side stays and says nothing', async () => {
    const { code, document } = await sent(`127.0.0.1:${await server('never')}`, '-q', '2', '-W', '300ms')
    expect(code).toBe(4)
    expect(document).toMatchObject({ ok: false, cause: { code: 'MP-TIMEOUT' } })
  })

  it('keeps no more of a server that sends without end than it can show, and ends in time', async () => {
    const message = Buffer.from('300500017468 69'.replace(' ', ''), 'hex')
    const port = await listen((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => {
        socket.write(Uint8Array.of(0x20, 2, 0, 0))
        const flood = Buffer.concat(Array.from({ length: 8192 }, () => message))
        const pour = () => {
          while (!socket.destroyed && socket.write(flood));
        }
        socket.on('drain', pour)
        pour()
      })
    })
    const { code, document } = await sent(`127.0.0.1:${port}`, '-q', '1', '-W', '500ms')
    expect([code, document.cause.code, document.messages.length]).toEqual([4, 'MP-TIMEOUT', 1000])
    expect(document.furtherMessages).toBeGreaterThan(0)
  })

  it('tells the reason of a DISCONNECT at once, also where the other side does not close behind it', async () => {
    const port = await listen((socket) => {
      socket.once('data', () => {
        socket.write(Buffer.from('2003000000', 'hex'))
        socket.once('data', () => socket.write(Buffer.from('e0018e', 'hex')))
      })
    })
    const { code, document } = await sent(`127.0.0.1:${port}`, '-V', '5', '-q', '2', '-W', '1m')
    expect(code).toBe(1)
    expect(document.cause.message).toMatch(/^DISCONNECT 0x8E session taken over/)
  })

  it('tells the reason of a DISCONNECT: a Mosquitto that retains nothing', async () => {
    const folder = (await makeWorkdir('test')).path
    const port = await freePort()
    const configFile = join(folder, 'mosquitto.conf')
    writeFileSync(configFile, `listener ${port} 127.0.0.1\nallow_anonymous true\nretain_available false\n`)
    const driver = await driverFor('mosquitto')
    await driver.start({ folder, configFile, listeners: [{ host: '127.0.0.1', port }] })
    const { code, document } = await sent(`127.0.0.1:${port}`, '-V', '5', '-r', '-q', '1')
    expect(code).toBe(1)
    expect(document.cause.message).toBe('DISCONNECT 0x9A retain not supported')
  })
})
