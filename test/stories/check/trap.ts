import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that nothing may write into, a script that nothing may run, and a port that nothing may speak to. */
export interface Trap {
  readonly dir: string
  readonly port: number
  /** Everything in the folder, with its text. */
  contents(): Promise<Readonly<Record<string, string>>>
  /** Who came to the port, by TCP or UDP. */
  readonly visits: string[]
  close(): Promise<void>
}

export async function setTrap(): Promise<Trap> {
  const dir = await mkdtemp(join(tmpdir(), 'mqtt-proxy-trap-'))
  await mkdir(join(dir, 'data'))
  const visits: string[] = []
  const tcp = createServer((socket) => {
    visits.push('tcp')
    socket.destroy()
  })
  tcp.listen(0, '127.0.0.1')
  await once(tcp, 'listening')
  const address = tcp.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const udp = createSocket('udp4')
  udp.on('message', () => visits.push('udp'))
  udp.bind(port, '127.0.0.1')
  await once(udp, 'listening')
  await writeFile(join(dir, 'run.sh'), `#!/bin/sh\ntouch ${dir}/data/ran\n`)
  await chmod(join(dir, 'run.sh'), 0o755)
  await writeFile(
    join(dir, 'evil.lua'),
    `local f = io.open("${dir}/data/lua", "w")\nf:write("ran")\nf:close()\ncore.register_action("evil", {"tcp-req"}, function() end)\n`,
  )
  await writeFile(join(dir, 'data', 'mosquitto.db'), 'the real data')
  await writeFile(join(dir, 'data', 'dynsec.json'), '{"mine":true}')
  await writeFile(join(dir, 'haproxy.cfg'), haproxyNaming(dir, port))
  await writeFile(join(dir, 'mosquitto.conf'), mosquittoNaming(dir, port))
  return {
    dir,
    port,
    visits,
    contents: async () => {
      const names = (await readdir(dir, { recursive: true, withFileTypes: true })).filter((one) => !one.isDirectory())
      const texts = names.map(async (one) => {
        const path = join(one.parentPath, one.name)
        return [path.slice(dir.length), one.isFile() ? await readFile(path, 'latin1') : 'no plain file'] as const
      })
      return Object.fromEntries(await Promise.all(texts))
    },
    close: async () => {
      tcp.close()
      udp.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** Everything that HAProxy can execute, load, write and speak to, all at once. */
function haproxyNaming(dir: string, port: number): string {
  return `global
    lua-load ${dir}/evil.lua
    external-check
    insecure-fork-wanted
    stats socket ${dir}/data/admin.sock mode 600 level admin
    pidfile ${dir}/data/haproxy.pid
    server-state-file ${dir}/data/state
    log 127.0.0.1:${port} local0
program helper
    command ${dir}/run.sh
resolvers dns
    nameserver one 127.0.0.1:${port}
peers friends
    peer me 127.0.0.1:${port}
    peer you 127.0.0.1:${port}
mailers post
    mailer one 127.0.0.1:${port}
ring big
    format raw
    size 32768
    backing-file ${dir}/data/ring
    server one 127.0.0.1:${port}
defaults
    mode tcp
    timeout connect 5s
    timeout client 300s
    timeout server 300s
    log 127.0.0.1:${port} local0
    email-alert mailers post
    email-alert from a@example.org
    email-alert to b@example.org
frontend mqtt
    bind 127.0.0.1:1883
    tcp-request content lua.evil
    default_backend brokers
backend brokers
    option external-check
    external-check command ${dir}/run.sh
    stick-table type ip size 1k expire 1m peers friends
    server one 127.0.0.1:1884 send-proxy-v2 check agent-check agent-addr 127.0.0.1 agent-port ${port} resolvers dns
    server two somewhere.example:1884 send-proxy-v2 disabled
`
}

function mosquittoNaming(dir: string, port: number): string {
  return `persistence true
persistence_location ${dir}/data/
autosave_interval 1
autosave_on_changes true
pid_file ${dir}/data/mosquitto.pid
log_dest file ${dir}/data/mosquitto.log
log_dest topic
plugin ${dir}/evil.so
plugin_opt_config_file ${dir}/data/dynsec.json
listener 1884 127.0.0.1
enable_proxy_protocol 2
allow_anonymous true
connection far
address 127.0.0.1:${port}
topic # both 2
`
}
