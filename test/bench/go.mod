module github.com/mozaiks/mozaiks/test/bench

go 1.26.8
