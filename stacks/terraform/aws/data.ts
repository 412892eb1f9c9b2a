import { DataAwsSecretsmanagerSecretVersion } from '@cdktf/provider-aws/lib/data-aws-secretsmanager-secret-version/index.js';
import { Construct } from 'constructs';
import { acceptedGenerations, keptGenerations, originSecretName } from '../../model/edge/origin-secret-name.ts';
import { secretId } from '../../model/secrets.ts';
import { secretNames } from '../../model/services.ts';
import { isHome } from '../../model/stages/regions.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import { ownsTable, tableName } from '../../model/table-shapes.ts';
import type { Account } from './account.ts';
import { Customers } from './customers.ts';
import { OriginSecret } from './edge/origin-secret.ts';
import { OrdersExport, type OrdersExportProps } from './orders-export.ts';
import { Published } from './outputs.ts';
import { ServiceSecret } from './service-secret.ts';
import { Table } from './table.ts';

/** All data that must survive: the tables, and the user pool if the stage has one. */
export class Data extends Construct {
  /** The catalog's stream only exists where the cell owns the table. */
  readonly streamArns: { readonly orders: string; readonly catalog?: string };
  readonly customers: Customers | undefined;
  /** The CDN adds it to each request; undefined if the API accepts requests that bypass the CDN. */
  readonly originSecret: string | undefined;
  /** The secrets that the API accepts: the current one and the one before. */
  readonly acceptedSecrets: string | undefined;

  constructor(scope: Construct, id: string, props: { readonly stage: Stage; readonly account: Account }) {
    super(scope, id);
    const { stage } = props;
    const orders = new Table(this, 'Orders', { stage, table: 'orders' }).table;
    const stock = new Table(this, 'Stock', { stage, table: 'stock' }).table;
    const catalog = ownsTable(stage, 'catalog')
      ? new Table(this, 'Catalog', { stage, table: 'catalog' }).table
      : undefined;
    const views = new Table(this, 'Views', { stage, table: 'views' }).table;
    const coordination = new Table(this, 'Coordination', { stage, table: 'coordination' }).table;
    this.streamArns = { orders: orders.streamArn, ...(catalog && { catalog: catalog.streamArn }) };
    new Published(this, 'Published', stage.name, {
      OrdersTable: orders.name,
      OrdersStreamArn: orders.streamArn,
      StockTable: stock.name,
      CatalogTable: catalog?.name ?? tableName(stage, 'catalog'),
      ...(catalog && { CatalogStreamArn: catalog.streamArn }),
      ViewsTable: views.name,
      CoordinationTable: coordination.name,
    });
    if (stage.retention) this.addExport({ ...props, retention: stage.retention, orders });
    for (const secret of secretNames) new ServiceSecret(this, secretId(secret), { stage, secret });
    const [current, ...before] = this.addSecrets(stage);
    this.originSecret = current;
    this.acceptedSecrets = current && [current, ...before.slice(0, 1)].join(' ');
    if (stage.identity.kind !== 'cognito') return;
    this.customers = new Customers(this, 'Customers', { ...props, settings: stage.identity });
    new Published(this, 'SignIn', stage.name, {
      UserPoolId: this.customers.poolId,
      UserPoolClientId: this.customers.clientId,
      SignInUrl: this.customers.signInUrl,
    });
  }

  private addExport(props: OrdersExportProps): void {
    const { bucket } = new OrdersExport(this, 'OrdersExport', props);
    new Published(this, 'Exports', props.stage.name, { OrdersExportBucket: bucket.bucket.bucket });
  }

  /** The newest first. */
  private addSecrets(stage: Stage): string[] {
    const { originSecretGeneration: generation } = stage.edge;
    if (generation === null) return [];
    if (!isHome(stage)) return acceptedGenerations(generation).map((one) => this.readSecret(stage, one));
    return keptGenerations(generation).map((one) => new OriginSecret(this, `OriginSecret${one}`, stage, one).value);
  }

  /** Reads the replica of the home region's secret; the home region is applied first. */
  private readSecret(stage: Stage, generation: number): string {
    const secretId = originSecretName(stage, generation);
    return new DataAwsSecretsmanagerSecretVersion(this, `OriginSecret${generation}`, { secretId }).secretString;
  }
}
