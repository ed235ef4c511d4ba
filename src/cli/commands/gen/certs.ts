import { Flags } from '@oclif/core'
import { certLines } from '../../../report/generated.js'
import { genCerts } from '../../../stories/gen/certs.js'
import { exitCodesHelp } from '../../base-command.js'
import { certFlags, certsOptions } from '../../flags/certificates.js'
import { GenerateCommand } from '../../flags/generate-command.js'

export default class GenCerts extends GenerateCommand {
  static override summary = "Make test certificates: CAs, the server's in HAProxy's layout, clients', bad ones"
  static override description =
    `In process, without openssl. The keys of the CAs are forgotten: nobody can sign more with them.

${exitCodesHelp}`
  static override examples = [
    '<%= config.bin %> gen certs -o lab/certs',
    '<%= config.bin %> gen certs -o lab/certs --client-cn alice --client-cn bob --san broker.example --san 192.0.2.10',
    '<%= config.bin %> gen certs -o lab/certs --bad expired,wrong-ca,no-cn --days 90 --key rsa',
  ]
  static override flags = {
    ...certFlags,
    output: Flags.string({ char: 'o', description: 'folder', required: true, helpValue: 'DIR' }),
    force: Flags.boolean({ description: 'replace a set that is there' }),
    'dry-run': Flags.boolean({ description: 'say what would be written' }),
  }

  async run() {
    const { flags } = await this.parse(GenCerts)
    const mode = { force: flags.force, dryRun: flags['dry-run'] }
    const result = await genCerts(flags.output, certsOptions(flags), mode)
    this.tell({ out: certLines(result.files, flags.quiet), progress: [] }, true)
    return result
  }
}
