import { Flags } from '@oclif/core'
import { Fault } from '../../../kernel/errors.js'
import { EXIT } from '../../../kernel/exit.js'
import { certLines } from '../../../report/generated.js'
import { genCerts } from '../../../stories/gen/certs.js'
import { changeCerts } from '../../../stories/gen/certs-later.js'
import { exitCodesHelp } from '../../base-command.js'
import { certFlags, certsOptions } from '../../flags/certificates.js'
import { GenerateCommand } from '../../flags/generate-command.js'

function laterFlag(description: string) {
  return Flags.string({ helpGroup: 'KEPT CA', description, multiple: true, multipleNonGreedy: true, helpValue: 'NAME' })
}

/** What makes a new set has no place beside what changes one. */
function refuseWhole(flags: Readonly<Record<string, unknown>>): void {
  const whole = ['client-cn', 'bad', 'force'].find((name) => flags[name] !== undefined && flags[name] !== false)
  if (whole === undefined) return
  throw new Fault('MP-USAGE', `--${whole} makes a new set, and a set that is there was to be changed`, {
    exit: EXIT.usage,
    hints: ['a further client: --add-client NAME'],
  })
}

export default class GenCerts extends GenerateCommand {
  static override summary = "Make test certificates: CAs, the server in HAProxy's layout, valid and bad clients"
  static override description =
    `It does not need openssl. Without --keep-ca the CA keys are not kept, so no more certificates can be issued. With \
--keep-ca they are in ca/, and only you can read them: move them to a machine without servers and clients. HAProxy and \
brokers read certificates when they start, so reload them after a change.

${exitCodesHelp}`
  static override examples = [
    '<%= config.bin %> gen certs -o lab/certs',
    '<%= config.bin %> gen certs -o lab/certs --client-cn alice --client-cn bob --san broker.example --san 192.0.2.10',
    '<%= config.bin %> gen certs -o lab/certs --keep-ca --client-cn alice',
    '<%= config.bin %> gen certs -o lab/certs --add-client bob',
    '<%= config.bin %> gen certs -o lab/certs --renew server --renew alice',
    '<%= config.bin %> gen certs -o lab/certs --revoke bob',
    '<%= config.bin %> gen certs -o lab/certs --bad expired,wrong-ca,no-cn --days 90 --key rsa',
  ]
  static override flags = {
    ...certFlags,
    'add-client': laterFlag('add a client certificate with this CN to the set'),
    renew: laterFlag('issue a new certificate for this client, or for the server'),
    revoke: laterFlag('put the certificate of this client on the list of revoked ones (client-ca.crl)'),
    output: Flags.string({ char: 'o', description: 'folder', required: true, helpValue: 'DIR' }),
    force: Flags.boolean({ description: 'replace an existing set' }),
    'dry-run': Flags.boolean({ description: 'list what would be written' }),
  }

  async run() {
    const { flags } = await this.parse(GenCerts)
    const mode = { force: flags.force, dryRun: flags['dry-run'] }
    const change = { add: flags['add-client'] ?? [], renew: flags.renew ?? [], revoke: flags.revoke ?? [] }
    const later = Object.values(change).some((names) => names.length > 0)
    if (later) refuseWhole(flags)
    const result = later
      ? await changeCerts(flags.output, change, certsOptions(flags), mode.dryRun)
      : await genCerts(flags.output, certsOptions(flags), mode)
    this.tell({ out: certLines(result.files, flags.quiet), progress: [] }, true)
    return result
  }
}
