import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readBroker } from '../../../src/brokers/index.js'
import { findProgram } from '../../../src/host/process/programs.js'

/** Two listeners, A and B, and every order of the two words for nameless clients. */
const files = [
  'listener A\nlistener B\n',
  'allow_anonymous true\nlistener A\nlistener B\nlistener_allow_anonymous false\n',
  'listener A\nlistener_allow_anonymous true\nallow_anonymous false\nlistener B\n',
  'listener A\nlistener_allow_anonymous false\nlistener B\nallow_anonymous true\n',
  'listener A\nlistener_allow_anonymous true\nlistener_allow_anonymous false\nlistener B\nlistener_allow_anonymous true\n',
  'per_listener_settings true\nlistener A\nlistener_allow_anonymous true\nallow_anonymous false\nlistener B\nallow_anonymous true\n',
  'per_listener_settings true\nlistener A\nallow_anonymous true\nlistener_allow_anonymous false\nlistener B\nlistener_allow_anonymous true\n',
  'per_listener_settings true\nlistener A\nlistener_allow_anonymous false\nallow_anonymous true\nlistener B\n',
]

const { program } = await findProgram('mosquitto')

describe('nameless clients on the real Mosquitto', () => {
  it.each(files)('%j', async (text) => {
    const dir = mkdtempSync(join(tmpdir(), 'mosquitto-anonymous-'))
    const [a, b] = [await freePort(), await freePort()]
    const conf = text.replace('listener A', `listener ${a} 127.0.0.1`).replace('listener B', `listener ${b} 127.0.0.1`)
    const file = join(dir, 'm.conf')
    writeFileSync(file, conf)
    const child = spawn(program, ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] })
    try {
      await new Promise<void>((resolve, reject) => {
        let log = ''
        child.stderr.on('data', (chunk) => {
          log += String(chunk)
          if (/ running\n/.test(log)) resolve()
        })
        child.on('exit', () => reject(new Error(log)))
      })
      const real = [await letIn(a), await letIn(b)]
      const read = readBroker('mosquitto', conf, file).listeners.map((one) => one.login.anonymous.value)
      expect(read).toEqual(real)
    } finally {
      child.removeAllListeners('exit')
      child.kill()
      rmSync(dir, { recursive: true })
    }
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** CONNECT of MQTT 3.1.1 without a name; true for CONNACK 0. */
function letIn(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(Buffer.from('101000044d5154540402003c000461626364', 'hex')),
    )
    socket.on('data', (data) => {
      socket.destroy()
      resolve(data[3] === 0)
    })
    socket.on('error', reject)
    socket.on('end', () => reject(new Error('closed without an answer')))
  })
}
