package sqlite

import "testing"

func TestTablesHaveThePublishedNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ app, module, name, want string }{
		{"shop", "tasks", "tasks", "app_shop_8d9001d3__tasks__tasks"},
		{"shop", "crm", "Contacts", "app_shop_8d9001d3__crm__contacts_e946e382"},
		{"shop", "tasks", "日本", "app_shop_8d9001d3__tasks__item_794f8ef8"},
	} {
		if got := physicalTable(c.app, c.module, c.name); got != c.want {
			t.Errorf("%s/%s: got %s, want %s", c.module, c.name, got, c.want)
		}
	}
	for _, pair := range [][2]string{{"a-b", "a_b"}, {"a.b", "a_b"}, {"Abc", "abc"}, {"abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxy"}} {
		if physicalTable("a", "m", pair[0]) == physicalTable("a", "m", pair[1]) {
			t.Errorf("%s and %s share a table", pair[0], pair[1])
		}
	}
}
