import { DataTypes, type InferAttributes, type InferCreationAttributes, Model, Sequelize } from 'sequelize'

export const sequelize = new Sequelize(process.env['DATABASE_URL'] as string, { logging: false })

export class Invoice extends Model<InferAttributes<Invoice>, InferCreationAttributes<Invoice>> {
  declare id: number
  declare tenant: number
  declare title: string | null
  declare pdf: string | null
}

Invoice.init(
  {
    id: { type: DataTypes.INTEGER, primaryKey: true },
    tenant: DataTypes.INTEGER,
    title: DataTypes.TEXT,
    pdf: DataTypes.TEXT,
  },
  { sequelize, tableName: 'invoices', timestamps: false },
)
