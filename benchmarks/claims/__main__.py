from benchmarks.claims.drive import main

raise SystemExit(main())
