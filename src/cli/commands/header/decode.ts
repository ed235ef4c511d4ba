import { Args, Flags } from '@oclif/core'
import { Fault } from '../../../kernel/errors.js'
import { EXIT } from '../../../kernel/exit.js'
import type { Style } from '../../../report/style.js'
import { type Decoding, decodeInput, type HeaderReading, readingDocument } from '../../../stories/header/decode.js'
import { dumpText, errorText } from '../../../stories/header/dump.js'
import { inputForms } from '../../../stories/header/input.js'
import { BaseCommand, exitCodesHelp } from '../../base-command.js'
import { verboseFlag } from '../../flags/marks.js'

export default class HeaderDecode extends BaseCommand {
  static override summary = 'Read a PROXY header, byte by byte'
  static override description =
    `INPUT is text, a file (bytes, text, pcap, pcapng) or - for stdin. Text is hexadecimal, base64, a dump of tcpdump -X, \
Wireshark, xxd or hexdump -C, \
an Erlang or Elixir binary, or a literal of C, Python or JavaScript. In captures, packet headers are skipped. Reading stops \
at the end of the PROXY header.

${exitCodesHelp}`
  static override examples = [
    '<%= config.bin %> header decode 0d0a0d0a000d0a515549540a2111000c7f0000017f000001baf061aa',
    '<%= config.bin %> header encode --src 203.0.113.7 --crc32c | <%= config.bin %> header decode -',
    '<%= config.bin %> header decode capture.pcap --strict',
    "<%= config.bin %> header decode '<<13,10,13,10,0,13,10,81,85,73,84,10,32,0,0,0>>'",
    "<%= config.bin %> header decode --json 'PROXY TCP4 203.0.113.7 127.0.0.1 56324 1883\\r\\n'",
  ]
  static override args = {
    input: Args.string({ description: 'text, a file, or - for stdin (default)' }),
  }
  static override flags = {
    verbose: verboseFlag,
    from: Flags.option({ options: ['auto', ...inputForms] as const })({
      description: 'format of the input',
      default: 'auto',
    }),
    strict: Flags.boolean({ description: 'also reject headers that break a SHOULD' }),
  }

  async run() {
    const { args, flags } = await this.parse(HeaderDecode)
    const input = args.input ?? '-'
    if (args.input === undefined && process.stdin.isTTY) throw noInput()
    const decoding = await decodeInput({ input, from: flags.from, strict: flags.strict })
    const verbose = flags.verbose === true
    const style = await this.style(flags)
    for (const [index, reading] of decoding.readings.entries()) this.show(reading, index, verbose, style)
    if (decoding.capture) this.showOthers(decoding, verbose)
    const ok = decoding.readings.length > 0 && decoding.readings.every(isGood)
    if (!ok) this.exitWith(EXIT.wrong)
    const documents = decoding.readings.map(readingDocument)
    if (decoding.capture)
      return {
        schema: 1,
        ok,
        ...(documents.length === 0 && { error: noHeader }),
        streams: documents,
        others: decoding.others,
      }
    return { schema: 1, ...(documents[0] ?? { ok: false }) }
  }

  private show(reading: HeaderReading, index: number, verbose: boolean, style: Style): void {
    const { explained, error, recognised, flow, remarks, ended } = reading
    if (flow) this.out(`${index === 0 ? '' : '\n'}${flow}`)
    if (error === undefined || verbose) this.out(dumpText(explained, { all: verbose, style, remarks, ended }))
    if (error === undefined) return
    this.progress(
      recognised
        ? `Error ${error.code}: these bytes are ${recognised}; the sender did not send a PROXY header`
        : `Error ${errorText(error)}`,
    )
  }

  private showOthers({ readings, others }: Decoding, verbose: boolean): void {
    if (readings.length === 0) this.progress(`Error ${noHeader.code}: ${noHeader.message}`)
    if (others.length > 0) this.progress(`${others.length} streams begin with something else`)
    for (const other of verbose || readings.length === 0 ? others.slice(0, 20) : []) this.progress(`  ${other}`)
  }
}

function isGood({ error, remarks }: HeaderReading): boolean {
  return error === undefined && remarks.length === 0
}

const noHeader = { code: 'MP-HDR-NONE', message: 'no TCP stream in this capture begins with a PROXY header' }

function noInput(): Fault {
  return new Fault('MP-INPUT', 'nothing to decode', {
    exit: EXIT.usage,
    hints: ['give hexadecimal text, a file, or - to type it'],
  })
}
