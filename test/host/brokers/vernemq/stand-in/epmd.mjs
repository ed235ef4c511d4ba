import { spawn } from 'node:child_process'
import { connect, createServer } from 'node:net'

// The first one is its own path, so that it can be told apart from those of others.
const [own, ...args] = process.argv.slice(2)
const value = (name) => args[args.indexOf(name) + 1]
const port = Number(args.includes('-port') ? value('-port') : (process.env.ERL_EPMD_PORT ?? 4369))

if (args.includes('-kill')) {
  const socket = connect(port, '127.0.0.1', () => socket.end('k'))
  socket.on('error', () => process.exit(1))
  socket.on('close', () => console.log('Killed'))
} else if (args.includes('-daemon')) {
  spawn(process.execPath, [process.argv[1], own, '-port', String(port)], { detached: true, stdio: 'ignore' }).unref()
} else {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (data) => {
      if (data.toString() === 'k') process.exit(0)
      socket.end()
    })
  })
  server.on('error', () => process.exit(1))
  server.listen(port, '127.0.0.1')
}
