import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { join } from 'node:path'

/** As VerneMQ's scripts do, whatever `-start_epmd false` says. */
export async function ensureEpmd(base) {
  const port = Number(process.env.ERL_EPMD_PORT ?? 4369)
  const answers = await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
  if (answers) return
  await new Promise((resolve) => {
    spawn(join(base, 'erts-15.0/bin/epmd'), ['-port', String(port), '-daemon'], { stdio: 'ignore' }).once(
      'exit',
      resolve,
    )
  })
}
