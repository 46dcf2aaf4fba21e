from benchmarks.answers.drive import main

raise SystemExit(main())
