import { Stack, type StackProps } from 'aws-cdk-lib';
import { StreamViewType } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { ordersByCustomer } from '../needs.ts';
import type { Stage } from '../stage-settings.ts';
import { Customers } from './customers.ts';
import { publish } from './publish.ts';
import { Table } from './table.ts';

export interface DataStackProps extends StackProps {
  readonly stage: Stage;
}

/** Everything that must survive: the tables, and the user pool where the stage has its own. */
export class DataStack extends Stack {
  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    const { stage } = props;
    const orders = new Table(this, 'Orders', {
      stage,
      table: 'orders',
      sortKey: 'sk',
      stream: StreamViewType.NEW_IMAGE,
      index: { name: ordersByCustomer, partitionKey: 'customer', sortKey: 'acceptedAt' },
    });
    const stock = new Table(this, 'Stock', { stage, table: 'stock' });
    const catalog = new Table(this, 'Catalog', { stage, table: 'catalog' });
    const views = new Table(this, 'Views', { stage, table: 'views', sortKey: 'sk', expiresAt: 'expiresAt' });
    publish(this, stage.name, {
      OrdersTable: orders.table.tableName,
      OrdersStreamArn: orders.table.tableStreamArn ?? '',
      StockTable: stock.table.tableName,
      CatalogTable: catalog.table.tableName,
      ViewsTable: views.table.tableName,
    });
    if (stage.identity.kind === 'cognito') this.addCustomers(stage);
  }

  private addCustomers(stage: Stage): void {
    const customers = new Customers(this, 'Customers', { stage });
    publish(this, stage.name, {
      UserPoolId: customers.pool.userPoolId,
      UserPoolClientId: customers.client.userPoolClientId,
    });
  }
}
