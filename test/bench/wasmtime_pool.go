//go:build cgo

package main

// wasmtime's pool of instances is in its C interface but not in its Go one. The library is linked by wasmtime-go; the declarations
// are weak so that this package can be linked by itself first.

/*
typedef struct wasm_config_t wasm_config_t;
typedef struct pool_config pool_config;
pool_config *wasmtime_pooling_allocation_config_new(void) __attribute__((weak));
void wasmtime_pooling_allocation_config_delete(pool_config *) __attribute__((weak));
void wasmtime_pooling_allocation_strategy_set(wasm_config_t *, const pool_config *) __attribute__((weak));

static int use_pool(void *config) {
	if (!wasmtime_pooling_allocation_strategy_set) return 0;
	pool_config *pool = wasmtime_pooling_allocation_config_new();
	wasmtime_pooling_allocation_strategy_set(config, pool);
	wasmtime_pooling_allocation_config_delete(pool);
	return 1;
}
*/
import "C"

import (
	"errors"
	"reflect"
	"runtime"

	"github.com/bytecodealliance/wasmtime-go/v39"
)

// usePool has wasmtime take instances from a pool, by its own defaults.
func usePool(config *wasmtime.Config) error {
	pointer := reflect.ValueOf(config).Elem().Field(0)
	if pointer.Kind() != reflect.Pointer {
		return errors.New("wasmtime: its configuration is not a pointer")
	}
	if C.use_pool(pointer.UnsafePointer()) == 0 {
		return errors.New("wasmtime: linked without its pool")
	}
	runtime.KeepAlive(config)
	return nil
}
