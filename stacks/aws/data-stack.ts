import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { secretId } from '../model/secrets.ts';
import { secretNames } from '../model/services.ts';
import { isHome } from '../model/stages/regions.ts';
import type { CognitoSettings, RetentionSettings, Stage } from '../model/stages/stage-settings.ts';
import { ownsTable, tableName } from '../model/table-shapes.ts';
import { Customers } from './customers.ts';
import { OriginSecret } from './edge/origin-secret.ts';
import { OrdersExport } from './orders-export.ts';
import { publish } from './outputs.ts';
import { ServiceSecret } from './service-secret.ts';
import { Table } from './table.ts';

export interface DataStackProps extends StackProps {
  readonly stage: Stage;
}

/** All data that must survive: the tables, and the user pool if the stage has one. */
export class DataStack extends Stack {
  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    const { stage } = props;
    const orders = new Table(this, 'Orders', { stage, table: 'orders' });
    const stock = new Table(this, 'Stock', { stage, table: 'stock' });
    const catalog = ownsTable(stage, 'catalog') ? new Table(this, 'Catalog', { stage, table: 'catalog' }) : undefined;
    const views = new Table(this, 'Views', { stage, table: 'views' });
    const coordination = new Table(this, 'Coordination', { stage, table: 'coordination' });
    publish(this, stage.name, {
      OrdersTable: orders.table.tableName,
      OrdersStreamArn: orders.table.tableStreamArn ?? '',
      StockTable: stock.table.tableName,
      CatalogTable: catalog?.table.tableName ?? tableName(stage, 'catalog'),
      ...(catalog && { CatalogStreamArn: catalog.table.tableStreamArn ?? '' }),
      ViewsTable: views.table.tableName,
      CoordinationTable: coordination.table.tableName,
    });
    if (stage.retention) this.addExport(stage, stage.retention, orders);
    for (const secret of secretNames) new ServiceSecret(this, secretId(secret), { stage, secret });
    const { originSecretGeneration: generation } = stage.edge;
    // Other regions have a copy that Secrets Manager makes.
    if (generation !== null && isHome(stage)) new OriginSecret(this, 'OriginSecret', { stage, generation });
    if (stage.identity.kind === 'cognito') this.addCustomers(stage, stage.identity);
  }

  private addExport(stage: Stage, retention: RetentionSettings, orders: Table): void {
    const { bucket } = new OrdersExport(this, 'OrdersExport', { stage, retention, orders });
    publish(this, stage.name, { OrdersExportBucket: bucket.bucketName });
  }

  private addCustomers(stage: Stage, settings: CognitoSettings): void {
    const customers = new Customers(this, 'Customers', { stage, settings });
    publish(this, stage.name, {
      UserPoolId: customers.pool.userPoolId,
      UserPoolClientId: customers.client.userPoolClientId,
      SignInUrl: customers.signInUrl,
    });
  }
}
