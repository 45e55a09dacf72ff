package sqlite

import "github.com/mozaiks/mozaiks/runtime/persistence/rowsql"

// physicalTable names the table of a collection: app_{slug}_{hash}__{module}__{name}.
func physicalTable(app, module, name string) string {
	schema, table := rowsql.Names(app, module, name)
	return schema + "__" + table
}
