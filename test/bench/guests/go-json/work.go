// A guest that writes and reads JSON by the standard library.
package main

import "encoding/json"

type item struct {
	ID    int               `json:"id"`
	Name  string            `json:"name"`
	Price float64           `json:"price"`
	Tags  []string          `json:"tags"`
	Attrs map[string]string `json:"attrs"`
}

func work(n int) (total int) {
	items := make([]item, 100)
	for i := range items {
		items[i] = item{i, "item", float64(i) * 1.25, []string{"new", "red"}, map[string]string{"a": "b"}}
	}
	for range n {
		text, err := json.Marshal(items)
		if err != nil {
			panic(err)
		}
		total += len(text)
		if err := json.Unmarshal(text, &items); err != nil {
			panic(err)
		}
	}
	return total
}
