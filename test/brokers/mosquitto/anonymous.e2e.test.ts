import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { readBroker } from '../../../src/brokers/index.js'
import { driverFor } from '../../../src/host/brokers/index.js'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { freePorts } from '../../../src/host/net/ports.js'
import { endAll } from '../../../src/host/process/lifetime.js'

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

const driver = await driverFor('mosquitto')
afterEach(endAll)

describe('nameless clients on the real Mosquitto', () => {
  it.each(files)('%j', async (text) => {
    const folder = (await makeWorkdir('test')).path
    const [a = 0, b = 0] = await freePorts(2)
    const conf = text.replace('listener A', `listener ${a} 127.0.0.1`).replace('listener B', `listener ${b} 127.0.0.1`)
    const configFile = join(folder, 'm.conf')
    writeFileSync(configFile, conf)
    await driver.start({ folder, configFile, listeners: [a, b].map((port) => ({ host: '127.0.0.1', port })) })
    const real = [await letIn(a), await letIn(b)]
    const read = readBroker('mosquitto', conf, configFile).listeners.map((one) => one.login.anonymous.value)
    expect(read).toEqual(real)
  })
})

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
