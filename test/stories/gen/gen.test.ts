import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { brokerKinds, brokerOf } from '../../../src/brokers/index.js'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { genAll } from '../../../src/stories/gen/all.js'
import { genCerts } from '../../../src/stories/gen/certs.js'
import { genCompose } from '../../../src/stories/gen/compose.js'
import { type GenOutput, genBroker, genHaproxy } from '../../../src/stories/gen/pair.js'

let folder: string
beforeEach(async () => {
  folder = join((await makeWorkdir('gen')).path, 'lab')
})
afterEach(endAll)

const to = (output: string, more: Partial<GenOutput> = {}): GenOutput => ({
  output,
  force: false,
  dryRun: false,
  diff: false,
  check: false,
  ...more,
})
const read = (name: string) => readFileSync(join(folder, name), 'utf8')
const mode = (name: string) => (statSync(join(folder, name)).mode & 0o777).toString(8)

function tree(dir = folder): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? tree(join(dir, entry.name)).map((name) => `${entry.name}/${name}`) : [entry.name],
  )
}

describe('gen haproxy and gen broker', () => {
  it('give the text when the output is -', async () => {
    const { files, written } = await genHaproxy('proxy', {}, undefined, to('-'))
    expect(files[0]?.text).toContain('send-proxy-v2\n')
    expect(written).toEqual([])
  })

  it('write a file, say unchanged the second time, and refuse to replace an edited one', async () => {
    const file = join(folder, 'my.cfg')
    expect((await genHaproxy('proxy', {}, undefined, to(file))).written).toEqual([{ path: file, status: 'created' }])
    expect((await genHaproxy('proxy', {}, undefined, to(file))).written[0]?.status).toBe('unchanged')
    writeFileSync(file, '# mine\n')
    await expect(genHaproxy('proxy', {}, undefined, to(file))).rejects.toMatchObject({ code: 'MP-GEN-EXISTS', exit: 2 })
    expect(read('my.cfg')).toBe('# mine\n')
    const forced = await genHaproxy('proxy', {}, undefined, to(file, { force: true }))
    expect(forced.written[0]?.status).toBe('replaced')
    expect(read('my.cfg')).toContain('send-proxy-v2')
  })

  it('show the difference and write nothing with diff; not ok when there is one', async () => {
    const file = join(folder, 'my.cfg')
    await genHaproxy('proxy', {}, undefined, to(file))
    expect(await genHaproxy('proxy', {}, undefined, to(file, { diff: true }))).toMatchObject({ ok: true, diff: '' })
    const changed = await genHaproxy('proxy', { keepalive: 30 }, undefined, to(file, { diff: true }))
    expect(changed.ok).toBe(false)
    expect(changed.diff).toContain('-    timeout client 100s\n')
    expect(changed.diff).toContain('+    timeout client 55s\n')
    expect(read('my.cfg')).toContain('timeout client 100s')
  })

  it('say what they would do in a dry run', async () => {
    const { written } = await genHaproxy('proxy', {}, undefined, to(`${folder}/`, { dryRun: true }))
    expect(written).toEqual([{ path: join(folder, 'haproxy.cfg'), status: 'would create' }])
    expect(() => statSync(folder)).toThrow()
  })

  it('put every file that the broker needs into a folder', async () => {
    await genBroker('proxy', { broker: 'rabbitmq' }, 1, to(`${folder}/`))
    expect(tree().sort()).toEqual(['enabled_plugins', 'rabbitmq.conf'])
  })

  it('give the inner HAProxy and the second broker when asked for, and only where there are two', async () => {
    const inner = await genHaproxy('chain', {}, 'inner', to('-'))
    expect(inner.files[0]?.text).toContain('accept-proxy')
    await expect(genHaproxy('proxy', {}, 'inner', to('-'))).rejects.toMatchObject({ exit: 2 })
    const second = await genBroker('sticky', {}, 2, to('-'))
    expect(second.files[0]?.text).toContain('listener 1885 ')
    await expect(genBroker('proxy', {}, 2, to('-'))).rejects.toMatchObject({ exit: 2 })
  })

  it('come back where no folder can be made', async () => {
    await expect(genHaproxy('proxy', {}, undefined, to('/proc/x/y.cfg'))).rejects.toMatchObject({
      code: 'MP-WRITE',
      exit: 3,
    })
  })

  it('name the path when it cannot be written', async () => {
    mkdirSync(folder)
    writeFileSync(join(folder, 'file'), '')
    await expect(genHaproxy('proxy', {}, undefined, to(join(folder, 'file', 'x.cfg')))).rejects.toMatchObject({
      message: expect.stringContaining('file/x.cfg'),
    })
  })
})

describe('gen certs', () => {
  const now = { force: false, dryRun: false }

  it('writes a set with keys that only the owner can read', async () => {
    await genCerts(folder, { clientCns: ['alice', 'sensor 17'], bad: ['expired'] }, now)
    expect(tree().sort()).toEqual([
      'broker/server.crt',
      'broker/server.key',
      'client-ca.crt',
      'clients/alice.crt',
      'clients/alice.key',
      'clients/bad-expired.crt',
      'clients/bad-expired.key',
      'clients/sensor_17.crt',
      'clients/sensor_17.key',
      'haproxy/server.pem',
      'other-ca.crt',
      'server-ca.crt',
    ])
    for (const name of tree()) expect(mode(name), name).toBe(/\.(key|pem)$/.test(name) ? '600' : '644')
    for (const name of ['haproxy', 'clients', 'broker']) expect(mode(name)).toBe('700')
  })

  it('leaves a set that is there alone, unless forced', async () => {
    await genCerts(folder, {}, now)
    const before = read('haproxy/server.pem')
    await expect(genCerts(folder, {}, now)).rejects.toMatchObject({ code: 'MP-GEN-EXISTS', exit: 2 })
    expect(read('haproxy/server.pem')).toBe(before)
    await genCerts(folder, {}, { ...now, force: true })
    expect(read('haproxy/server.pem')).not.toBe(before)
  })

  it('says whose each certificate is and until when', async () => {
    const { files } = await genCerts(
      folder,
      { san: ['broker.example', '192.0.2.10'], days: 2 },
      { ...now, dryRun: true },
    )
    const server = files.find((file) => file.path.endsWith('server.pem'))
    expect(server).toMatchObject({
      status: 'would create',
      subject: 'CN=broker.example',
      san: 'DNS:broker.example, IP Address:192.0.2.10',
    })
    expect(server?.until).toBe(new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10))
  })

  it.each([
    [{ clientCns: ['a b', 'a_b'] }, 'a_b.crt'],
    [{ clientCns: [''] }, 'common name'],
    [{ clientCns: ['x'.repeat(65)] }, 'common name'],
    [{ san: ['a b'] }, 'host name'],
  ])('refuses %o as usage', async (options, message) => {
    await expect(genCerts(folder, options, now)).rejects.toMatchObject({
      exit: 2,
      message: expect.stringContaining(message),
    })
  })
})

describe('gen all', () => {
  it('writes what the scenario needs and nothing else', async () => {
    await genAll('proxy', {}, ['mosquitto'], {}, to(folder))
    expect(tree().sort()).toEqual(['haproxy.cfg', 'mosquitto.conf'])
    await genAll('proxy-tls', {}, ['mosquitto', 'vernemq'], {}, to(join(folder, 'tls')))
    expect(tree(join(folder, 'tls')).sort()).toEqual([
      'certs/haproxy/server.pem',
      'certs/server-ca.crt',
      'haproxy.cfg',
      'mosquitto.conf',
      'vernemq.conf',
    ])
    await genAll('tcp', { transport: 'tls' }, ['mosquitto'], {}, to(join(folder, 'pass')))
    expect(tree(join(folder, 'pass'))).toContain('certs/broker/server.key')
  })

  it('keeps certificates that are there and still valid', async () => {
    await genAll('proxy-mtls', {}, ['mosquitto'], {}, to(folder))
    const before = read('certs/haproxy/server.pem')
    const { files } = await genAll('proxy-mtls', {}, ['mosquitto'], {}, to(folder))
    expect(new Set(files.map((file) => file.status))).toEqual(new Set(['unchanged', 'kept']))
    expect(read('certs/haproxy/server.pem')).toBe(before)
  })

  it('makes no certificate when a file must not be replaced', async () => {
    mkdirSync(folder)
    writeFileSync(join(folder, 'haproxy.cfg'), '# mine\n')
    await expect(genAll('proxy-mtls', {}, ['mosquitto'], {}, to(folder))).rejects.toMatchObject({ exit: 2 })
    expect(tree()).toEqual(['haproxy.cfg'])
  })

  it('makes none when told so', async () => {
    await genAll('tls', {}, ['mosquitto'], undefined, to(folder))
    expect(tree().sort()).toEqual(['haproxy.cfg', 'mosquitto.conf'])
  })

  it('makes none where an absolute folder says that they are elsewhere, and says so', async () => {
    const { notes } = await genAll('tls', { certs: '/etc/mqtt/certs' }, ['mosquitto'], {}, to(folder))
    expect(tree().sort()).toEqual(['haproxy.cfg', 'mosquitto.conf'])
    expect(notes?.[0]).toContain('/etc/mqtt/certs')
  })

  it.each([
    ['proxy-tls', { bad: ['expired' as const] }],
    ['proxy-tls', { clientCns: ['bob'] }],
    ['proxy', { san: ['x.example'] }],
  ])('%s %o: a certificate option without a use is a usage error', async (id, certs) => {
    await expect(genAll(id, {}, ['mosquitto'], certs, to(folder))).rejects.toMatchObject({ exit: 2 })
  })

  it('needs a folder', async () => {
    await expect(genAll('proxy', {}, ['mosquitto'], {}, to('-'))).rejects.toMatchObject({ exit: 2 })
  })
})

describe('gen compose', () => {
  const compose = () => parse(read('compose.yaml'))

  it('publishes HAProxy on loopback and no port of the broker', async () => {
    await genCompose('proxy-mtls-cn', {}, {}, to(folder))
    const { services, networks } = compose()
    expect(services.broker.ports).toBeUndefined()
    expect(services.broker.networks).toEqual(['back'])
    expect(networks.back).toEqual({ internal: true })
    expect(services.haproxy.ports).toEqual(['127.0.0.1:8883:8883'])
    expect(services.haproxy.depends_on).toEqual({ broker: { condition: 'service_healthy' } })
    expect(read('haproxy.cfg')).toContain('server broker1 broker:1884 ')
    expect(read('mosquitto.conf')).toContain('listener 1884 0.0.0.0')
  })

  it('sends one message with the certificates that the scenario needs', async () => {
    await genCompose('proxy-mtls-cn', {}, { clientCns: ['sensor 17'] }, to(folder))
    const { command } = compose().services.check
    expect(command).toEqual(
      expect.arrayContaining(['mqtts://haproxy:8883', '/certs/server-ca.crt', '/certs/clients/sensor_17.crt']),
    )
    expect(tree()).toContain('certs/clients/sensor_17.key')
  })

  it('names the server certificate after the service', async () => {
    const { files } = await genCompose('tls', {}, {}, to(folder))
    expect(files.find((file) => file.path.endsWith('server.pem'))?.san).toContain('DNS:haproxy')
  })

  it('has both HAProxies of a chain, the inner one without a published port', async () => {
    await genCompose('chain', {}, {}, to(folder))
    const { services } = compose()
    expect(services['haproxy-inner'].ports).toBeUndefined()
    expect(services.haproxy.depends_on).toEqual({ 'haproxy-inner': { condition: 'service_healthy' } })
  })

  it('has both brokers of a sticky pair', async () => {
    await genCompose('sticky', {}, {}, to(folder))
    expect(Object.keys(compose().services)).toEqual(['broker', 'broker-2', 'haproxy', 'check'])
    expect(read('haproxy.cfg')).toContain('server broker2 broker-2:1885 ')
  })

  const withImage = brokerKinds.filter((kind) => brokerOf(kind).image !== undefined)

  it.each(withImage)(
    '%s: the broker finds each of its files, and what has to be done first is said',
    async (broker) => {
      await genCompose('tcp', { broker }, {}, to(folder))
      const { services } = compose()
      const mounted: string[] = services.broker.volumes.map((one: string) => one.split(':')[0]?.replace('./', ''))
      expect(mounted.length).toBeGreaterThan(0)
      for (const name of mounted) expect(tree()).toContain(name)
      expect(services.broker).toMatchObject({ image: brokerOf(broker).image?.image, expose: ['1884'] })
      expect(services.broker.healthcheck.test[0]).toBe('CMD')
      const { note, build } = brokerOf(broker).image ?? {}
      if (note !== undefined) expect(read('compose.yaml')).toContain(note.slice(0, 20))
      expect(services.broker.build).toBe(build)
    },
  )

  it('refuses a broker without an image here, and a key that the container could not read', async () => {
    await expect(genCompose('proxy', { broker: 'tbmq' }, {}, to(folder))).rejects.toMatchObject({ exit: 3 })
    await expect(genCompose('tcp', { transport: 'tls' }, {}, to(folder))).rejects.toMatchObject({ exit: 3 })
  })
})

describe('--certs', () => {
  it('is taken where the file names certificates', async () => {
    const { files } = await genHaproxy('proxy-tls', { certs: '/srv/tls' }, undefined, to('-'))
    expect(files[0]?.text).toContain('ssl crt /srv/tls/haproxy/')
    const broker = await genBroker('tcp', { certs: '/srv/tls', transport: 'tls' }, 1, to('-'))
    expect(broker.files[0]?.text).toContain('certfile /srv/tls/broker/server.crt')
  })

  it('is refused where nothing would come of it', async () => {
    const refused = { code: 'MP-GEN-OPTION', exit: 2, message: expect.stringContaining('--certs') }
    const certs = '/srv/tls'
    await expect(genHaproxy('proxy', { certs }, undefined, to('-'))).rejects.toMatchObject(refused)
    await expect(genBroker('proxy-tls', { certs }, 1, to('-'))).rejects.toMatchObject(refused)
    await expect(genHaproxy('tcp', { certs, transport: 'tls' }, undefined, to('-'))).rejects.toMatchObject(refused)
    await expect(genAll('proxy', { certs }, ['mosquitto'], undefined, to(folder))).rejects.toMatchObject(refused)
  })

  it('stands only in the command lines that take it', async () => {
    await genAll('proxy-tls', { certs: '/srv/tls' }, ['mosquitto'], undefined, to(folder))
    expect(read('haproxy.cfg')).toMatch(/gen haproxy proxy-tls .*--certs \/srv\/tls/)
    expect(read('mosquitto.conf')).not.toContain('--certs')
  })
})
