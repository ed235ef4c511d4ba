import { connect } from 'node:net'
import { controlSocket, settingsOf } from './config.mjs'
import { ensureEpmd } from './ensure-epmd.mjs'

/** Each is an Erlang machine that has to start. */
const startMs = 260
/** Wider cells are cut. */
const widest = 15

const [, , base, ...args] = process.argv
const settings = settingsOf(base)

await ensureEpmd(base)
setTimeout(ask, startMs)

function ask() {
  const socket = connect(controlSocket(base))
  let text = ''
  socket.on('error', () => {
    console.log('Node is not running!')
    process.exit(1)
  })
  socket.on('data', (data) => (text += data))
  socket.on('end', () => show(JSON.parse(text)))
  socket.end(JSON.stringify({ cookie: settings.get('distributed_cookie'), args }))
}

function show({ rows, text, code }) {
  if (rows === undefined) {
    console.log(text)
    process.exitCode = code
    return
  }
  const fields = args.flatMap((one) => /^--(\w+)$/.exec(one)?.[1] ?? [])
  const limit = Number(args.flatMap((one) => /^--limit=(\d+)$/.exec(one)?.[1] ?? [])[0] ?? 100)
  const filters = args.flatMap((one) => {
    const [, name, value] = /^--(\w+)=(.*)$/.exec(one) ?? []
    return name === undefined || ['limit', 'format'].includes(name) ? [] : [[name, value]]
  })
  const wanted = rows
    .filter((row) => filters.every(([name, value]) => String(row[name]) === value))
    .slice(0, limit)
    .map((row) => (fields.length === 0 ? row : Object.fromEntries(fields.map((name) => [name, row[name] ?? null]))))
  if (args.includes('--format=json')) console.log(JSON.stringify({ table: wanted, type: 'table' }))
  else table(wanted, fields.length > 0 ? fields : Object.keys(rows[0] ?? {}))
}

/** Bold column names, on a terminal or not; nobody is `undefined`. */
function table(rows, columns) {
  const cell = (text) => String(text).slice(0, widest).padEnd(widest)
  const line = `+${columns.map(() => '-'.repeat(widest)).join('+')}+`
  console.log(line)
  console.log(`|${columns.map((name) => `\x1b[1m${cell(name)}\x1b[0m`).join('|')}|`)
  console.log(line)
  for (const row of rows) console.log(`|${columns.map((name) => cell(row[name] ?? 'undefined')).join('|')}|`)
  if (rows.length > 0) console.log(line)
}
