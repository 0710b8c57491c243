# Install: the library for other C programs: libdocmem.a, its headers, docmem.pc. The stages stay in the
# repository, where Make runs them and knows what their results were made from.
#
#   make install PREFIX=$HOME/.local        then: cc program.c $(pkg-config --cflags --libs docmem)
#
# A header is included by its room: #include <docmem/memory/train.h>. In the repository headers name each
# other from lib/ ("memory/train.h"); installed, from their own folder ("../memory/train.h"), so that no
# program of another project is searched for a "memory/".
PREFIX  ?= /usr/local
DESTDIR ?=
VERSION := 1.0
HEADERS := $(patsubst lib/%,%,$(wildcard lib/*/*.h))

installed_lib     = $(DESTDIR)$(PREFIX)/lib
installed_headers = $(DESTDIR)$(PREFIX)/include/docmem

define docmem.pc
prefix=$(abspath $(PREFIX))
Name: docmem
Description: Frozen language models with small trainable document memories
Version: $(VERSION)
Requires: $(PKGS)
Libs: -L$${prefix}/lib -ldocmem $(ONEDNN) -lcsv -lm -lpthread
Cflags: -I$${prefix}/include
endef

.PHONY: install uninstall
install: $(OBJ)/lib.a
	@install -d '$(installed_lib)/pkgconfig' '$(installed_headers)'
	@install -m 644 $< '$(installed_lib)/libdocmem.a'
	@for header in $(HEADERS); do \
	  install -d "$(installed_headers)/$${header%/*}" && \
	  sed 's|^#include "|&../|' lib/$$header >$(OBJ)/installed.h && \
	  install -m 644 $(OBJ)/installed.h "$(installed_headers)/$$header" || exit 1; \
	done
	$(if $(DRY),,$(file >$(OBJ)/docmem.pc,$(docmem.pc)))
	@install -m 644 $(OBJ)/docmem.pc '$(installed_lib)/pkgconfig'
	@echo "Installed: $(installed_lib)/libdocmem.a, pkgconfig/docmem.pc and $(words $(HEADERS)) headers in $(installed_headers)"

uninstall:
	@rm -f '$(installed_lib)/libdocmem.a' '$(installed_lib)/pkgconfig/docmem.pc'
	@test ! -d '$(installed_headers)' || \
	  { (cd '$(installed_headers)' && rm -f $(HEADERS) && rmdir $(sort $(dir $(HEADERS)))) && rmdir '$(installed_headers)'; }
	@echo "Removed: libdocmem.a, docmem.pc and its headers from $(DESTDIR)$(PREFIX)"
